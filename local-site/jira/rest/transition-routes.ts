import { z } from 'zod';
import type { Answer, WorkflowTransition } from '../../types.ts';
import { empty, jiraError, json } from '../answers.ts';
import { statusBean } from '../beans/status-bean.ts';
import { isAvailable } from '../workflows/conditions.ts';
import { performTransition } from '../workflows/transition.ts';
import type { JiraWorld } from '../world.ts';
import { jsonBody } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { noIssue, visibleIssue } from './visible.ts';

const TRANSITIONS = '/rest/api/3/issue/:issueIdOrKey/transitions';

/** Transitions of an issue, with the app's rules. Screens are not modelled: a transition takes no fields. */
export const transitionRoutes: readonly Route[] = [
  {
    ...{ method: 'GET', path: TRANSITIONS, scopes: SCOPES.readTransitions, handle: list },
    query: ['expand', 'transitionId', 'includeUnavailableTransitions', 'sortByOpsBarAndStatus'],
  },
  { method: 'POST', path: TRANSITIONS, scopes: SCOPES.transition, handle: perform },
];

function list(request: RestRequest, world: JiraWorld): Answer {
  const { state, caller, query } = request;
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  const id = query.get('transitionId');
  const all = query.get('includeUnavailableTransitions') === 'true';
  const transitions = seen.project.transitions
    .filter((transition) => id === null || transition.id === id)
    .map((transition) => ({
      transition,
      available: isAvailable(world, { state, caller, ...seen, transition }),
    }))
    .filter(({ available }) => all || available)
    .map(({ transition, available }) => bean(request, transition, available));
  return json(200, { expand: 'transitions', transitions });
}

function bean(request: RestRequest, transition: WorkflowTransition, available: boolean): unknown {
  const { id, name, from, to, rules } = transition;
  const expanded = request.query.get('expand')?.split(',').includes('transitions.fields');
  return {
    ...{ id, name, to: statusBean(request.state.site, to) },
    hasScreen: false,
    isGlobal: from.length === 0,
    isInitial: false,
    isAvailable: available,
    isConditional: rules.some(({ kind }) => kind === 'condition'),
    looped: false,
    ...(expanded === true ? { fields: {} } : {}),
  };
}

const Wish = z.object({
  transition: z.object({ id: z.string() }),
  fields: z.record(z.string(), z.unknown()).default({}),
  update: z.record(z.string(), z.unknown()).default({}),
  properties: z.array(z.unknown()).default([]),
});

async function perform(request: RestRequest, world: JiraWorld): Promise<Answer> {
  const { state, caller } = request;
  const seen = visibleIssue(request);
  if (seen === undefined) return noIssue();
  const parsed = Wish.safeParse(jsonBody(request)?.value);
  if (!parsed.success) return jiraError(400, "Missing 'transition' identifier");
  const { transition: wanted, fields, update, properties } = parsed.data;
  if (Object.keys({ ...fields, ...update }).length > 0 || properties.length > 0) {
    return world.register.refuse('jira', 'fields, updates and properties on a transition');
  }
  const transition = seen.project.transitions.find(({ id }) => id === wanted.id);
  if (transition === undefined) return invalid(wanted.id);
  const outcome = await performTransition(world, { state, caller, ...seen, transition });
  if (outcome.kind === 'unavailable') return invalid(wanted.id);
  return outcome.kind === 'refused' ? jiraError(400, outcome.message) : empty(204);
}

function invalid(id: string): Answer {
  return jiraError(400, `Transition id '${id}' is not valid for this issue.`);
}
