import { z } from 'zod';
import type { Answer } from '../../types.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { mayIn } from './subject.ts';

const Save = z.object({
  projectKey: z.string(),
  transitionId: z.string(),
  /** Present: an existing rule is saved again. */
  ruleId: z.string().optional(),
  kind: z.enum(['condition', 'validator', 'postFunction']),
  moduleKey: z.string(),
  configuration: z.string().optional(),
});
const Remove = z.object({ projectKey: z.string(), ruleId: z.string() });

/** `POST /_local/workflow/save`: what the buttons Add and Update of the workflow editor do. */
export function saveRuleAnswer(world: BrowserWorld, visit: Visit, body: unknown): Answer {
  const { projectKey, ruleId, configuration, ...rule } = Save.parse(body);
  if (!mayEdit(world, visit, projectKey)) return forbidden();
  const { workflows } = world.jira;
  if (ruleId === undefined) {
    const seed = { ...rule, ...(configuration === undefined ? {} : { configuration }) };
    return answered(() => workflows.addRule(visit.site, projectKey, seed));
  }
  return answered(() => workflows.editRule(visit.site, projectKey, ruleId, configuration ?? ''));
}

/** `POST /_local/workflow/remove` */
export function removeRuleAnswer(world: BrowserWorld, visit: Visit, body: unknown): Answer {
  const { projectKey, ruleId } = Remove.parse(body);
  if (!mayEdit(world, visit, projectKey)) return forbidden();
  return answered(() => world.jira.workflows.removeRule(visit.site, projectKey, ruleId));
}

/** Workflows are edited by those who administer the project. */
export function mayEdit(world: BrowserWorld, visit: Visit, projectKey: string): boolean {
  return mayIn(world, visit, 'ADMINISTER_PROJECTS', projectKey);
}

function answered(act: () => unknown): Answer {
  try {
    act();
    return { status: 204 };
  } catch (error) {
    return {
      status: 400,
      body: { message: error instanceof Error ? error.message : String(error) },
    };
  }
}

function forbidden(): Answer {
  return {
    status: 403,
    body: { message: 'Only people who administer the project edit its workflow.' },
  };
}
