import { z } from 'zod';
import type { Caller, WorkflowRule, WorkflowTransition } from '../../types.ts';
import {
  Entity,
  fromJson,
  issueEntity,
  projectEntity,
  transitionEntity,
  userById,
} from '../expressions/index.ts';
import type { Scope } from '../expressions/index.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { Project } from '../state/project-record.ts';
import type { SiteState } from '../state/site-state.ts';

/** One try to move an issue. */
export interface Attempt {
  readonly state: SiteState;
  readonly project: Project;
  readonly issue: IssueRecord;
  readonly transition: WorkflowTransition;
  readonly caller: Caller;
}

/** The configuration as the app reads it: JSON where it is JSON, else the text as it is; null when there is none. */
export function configurationOf({ configuration }: Pick<WorkflowRule, 'configuration'>): unknown {
  if (configuration === undefined) return null;
  try {
    return JSON.parse(configuration) as unknown;
  } catch {
    return configuration;
  }
}

/** The expression that a rule is decided by: the one in its configuration comes before the module's own. */
export function expressionOf(rule: WorkflowRule, body: unknown): string | undefined {
  const Expression = z.object({ expression: z.string() });
  const own = Expression.safeParse(configurationOf(rule)).data;
  return (own ?? Expression.safeParse(body).data)?.expression;
}

/**
 * Variables of a condition's or validator's expression [Forge docs, jira:workflowCondition]. `workflow` has a name and an id,
 * `groupOperator` is null: rules stand side by side.
 */
export function ruleScope(attempt: Attempt, rule: WorkflowRule): Scope {
  const { state, project, issue, transition, caller } = attempt;
  return {
    user: userById(state, caller.kind === 'user' ? caller.accountId : undefined),
    issue: issueEntity(state, issue),
    project: projectEntity(project),
    transition: transitionEntity(transition, issue.statusId),
    workflow: new Entity('Workflow', {
      id: () => workflowId(project),
      name: () => workflowName(project),
    }),
    config: fromJson(configurationOf(rule)),
    groupOperator: null,
  };
}

export function workflowName(project: Project): string {
  return `Workflow of ${project.key}`;
}

/** Every project has its own workflow, and it has the project's number. */
export function workflowId(project: Project): string {
  return project.id;
}
