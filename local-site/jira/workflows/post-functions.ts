import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SiteModule, WorkflowRule } from '../../types.ts';
import { issueBean, issueFields } from '../beans/issue-bean.ts';
import { anybodyBean } from '../beans/user-bean.ts';
import { actorOf } from '../events/actor.ts';
import type { Changelog } from '../events/changelog.ts';
import type { JiraWorld } from '../world.ts';
import { configurationOf, workflowId, workflowName } from './rule-context.ts';
import type { Attempt } from './rule-context.ts';
import { moduleOfRule } from './rule-modules.ts';
import { statusOf } from './standard-workflow.ts';

/** What a transition did, for those that run after it. */
export interface Done {
  readonly attempt: Attempt;
  readonly fromStatusId: string;
  readonly changelog: Changelog;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * Runs the post functions of a transition that is done. Nothing waits for them, their order is not guaranteed, and a failure
 * changes nothing about the transition; a function's retries are the platform's part.
 */
export function runPostFunctions(world: JiraWorld, done: Done): void {
  const { state, transition } = done.attempt;
  for (const rule of transition.rules) {
    if (rule.kind !== 'postFunction') continue;
    const running = moduleOfRule(world.modules(state), rule);
    if (running === undefined) continue;
    const run = running.module.face === 'forge' ? runForge : runConnect;
    world.background(run(world, done, rule, running.module));
  }
}

/** The payload of Forge's post function event [Forge docs, Jira events, "Run post function event"]. */
async function runForge(world: JiraWorld, done: Done, rule: WorkflowRule): Promise<void> {
  const { attempt, fromStatusId, changelog } = done;
  const { state, project, issue, transition, caller } = attempt;
  await world.rules?.invokeModule(state.site, rule.moduleKey, {
    issue: { id: issue.id, key: issue.key, fields: issueFields(state, issue) },
    transition: {
      ...{ id: transition.id, name: transition.name },
      from: { id: fromStatusId },
      to: { id: transition.to },
      executionId: executionId(done),
    },
    workflow: { id: workflowId(project), name: workflowName(project) },
    atlassianId: actorOf(caller) ?? null,
    changelog,
    configuration: configurationOf(rule),
    context: { cloudId: state.site.cloudId, moduleKey: rule.moduleKey },
    postFunction: { id: rule.id },
  });
}

const Triggered = z.object({ triggered: z.object({ url: z.string() }) });

/**
 * The body that Connect posts to `triggered.url`: issue, transition and the configuration as the app saved it [Connect docs,
 * workflow post function; the names inside `transition` from public apps].
 */
async function runConnect(
  world: JiraWorld,
  done: Done,
  rule: WorkflowRule,
  module: SiteModule,
): Promise<void> {
  const { attempt, fromStatusId, at } = done;
  const { state, project, issue, transition, caller } = attempt;
  const url = Triggered.safeParse(module.body).data?.triggered.url;
  if (url === undefined) return;
  const user = anybodyBean(state.site, actorOf(caller));
  await world.rules?.postToConnect(state.site, module, url, {
    timestamp: at,
    ...(user === null ? {} : { user }),
    issue: issueBean(state, issue, undefined),
    transition: {
      workflowId: Number(workflowId(project)),
      workflowName: workflowName(project),
      transitionId: Number(transition.id),
      transitionName: transition.name,
      from_status: statusOf(fromStatusId).name,
      to_status: statusOf(transition.to).name,
    },
    configuration: { value: rule.configuration ?? '' },
  });
}

/** The same for all post functions of one transition. */
function executionId({ attempt, changelog }: Done): string {
  const seed = `${attempt.state.site.cloudId} ${attempt.issue.id} ${changelog.id}`;
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
