import { z } from 'zod';
import type { Answer } from '../../types.ts';
import { jiraError, json } from '../answers.ts';
import {
  evaluate,
  ExpressionError,
  fromJson,
  issueEntity,
  projectEntity,
  toJson,
  userById,
} from '../expressions/index.ts';
import type { Scope } from '../expressions/index.ts';
import type { JiraWorld } from '../world.ts';
import { jsonBody } from './route.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';
import { seenIssue, seenProject } from './visible.ts';

/** Jira expressions, the part of `expressions/ast.ts`, with an issue, a project and JSON of one's own as context. */
export const expressionRoutes: readonly Route[] = [
  {
    ...{ method: 'POST', path: '/rest/api/3/expression/evaluate', scopes: SCOPES.expression },
    handle: evaluateExpression,
  },
];

const Ref = z.object({ id: z.number().optional(), key: z.string().optional() });
const Custom = z.array(
  z.looseObject({ type: z.string(), value: z.unknown(), name: z.string().optional() }),
);
const Body = z.object({
  expression: z.string().min(1),
  context: z
    .looseObject({
      issue: Ref.optional(),
      project: Ref.optional(),
      custom: Custom.optional(),
    })
    .default({}),
});

function evaluateExpression(request: RestRequest, world: JiraWorld): Answer {
  const parsed = Body.safeParse(jsonBody(request)?.value);
  if (!parsed.success) return jiraError(400, 'The request is not valid: expression is missing.');
  const { expression, context } = parsed.data;
  const unmodelled = unmodelledPart(context);
  if (unmodelled !== undefined) {
    return world.register.refuse('jira', `context '${unmodelled}' of a Jira expression`);
  }
  const scope = scopeOf(request, context);
  if (typeof scope === 'string') return jiraError(404, scope);
  try {
    const value = toJson(evaluate(expression, scope));
    if (value !== undefined) return json(200, { value });
    return world.register.refuse('jira', 'Jira expression: a result that is not JSON');
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (error.code !== 'EXPRESSION_NOT_MODELLED') return jiraError(400, error.message);
    return world.register.refuse('jira', error.message);
  }
}

type Context = z.infer<typeof Body>['context'];

function unmodelledPart(context: Context): string | undefined {
  const other = Object.keys(context).find((name) => !['issue', 'project', 'custom'].includes(name));
  return other ?? context.custom?.find(({ type }) => type !== 'json')?.type;
}

/** The variables, or what could not be found. */
function scopeOf(request: RestRequest, { issue, project, custom }: Context): Scope | string {
  const { state, caller } = request;
  const scope: Record<string, Scope[string]> = {
    user: userById(state, caller.kind === 'user' ? caller.accountId : undefined),
  };
  if (issue !== undefined) {
    const seen = seenIssue(request, issue.key ?? String(issue.id ?? ''));
    if (seen === undefined) return 'Issue does not exist or you do not have permission to see it.';
    scope['issue'] = issueEntity(state, seen.issue);
    scope['project'] = projectEntity(seen.project);
  }
  if (project !== undefined) {
    const seen = seenProject(request, project.key ?? String(project.id ?? ''));
    if (seen === undefined) return 'No project could be found.';
    scope['project'] = projectEntity(seen);
  }
  for (const { name, value } of custom ?? []) if (name !== undefined) scope[name] = fromJson(value);
  return scope;
}
