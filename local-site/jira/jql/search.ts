import { hasInProject } from '../permissions.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import { fieldText } from './ast.ts';
import type { Clause, Query, Sort } from './ast.ts';
import { compileClause } from './compile.ts';
import { resolveField } from './fields.ts';
import { refused } from './jql-error.ts';
import { parseJql } from './parse.ts';
import type { JqlWorld } from './jql-world.ts';

/**
 * The issues that match a query and that the caller may see, in its order; without one, by id from the newest down, as Jira
 * does.
 *
 * @throws {JqlError}
 */
export function searchIssues(world: JqlWorld, text: string): readonly IssueRecord[] {
  const query = parseJql(text);
  if (query.where === undefined) {
    throw refused(
      'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
    );
  }
  const test = compileClause(world, query.where);
  const order = orderOf(world, query.sorts);
  const found: IssueRecord[] = [];
  for (const project of world.state.projects()) {
    if (!hasInProject(world.state.site, world.caller, 'BROWSE_PROJECTS', project)) continue;
    for (const issue of candidates(world, query, project.key)) if (test(issue)) found.push(issue);
  }
  return found.sort(order);
}

/** Whether one issue matches a query, whoever may see it: how a webhook's filter is used. @throws {JqlError} */
export function issueMatches(world: JqlWorld, text: string, issue: IssueRecord): boolean {
  const query = parseJql(text);
  return query.where === undefined || compileClause(world, query.where)(issue);
}

/** Issues that a query names are looked up; anything else walks the project. */
function candidates(world: JqlWorld, query: Query, projectKey: string): Iterable<IssueRecord> {
  const named = query.where === undefined ? undefined : namedIssues(query.where);
  if (named === undefined) return world.state.issues(projectKey);
  const issues = named.map((key) => world.state.issue(key));
  return new Set(issues.filter((issue) => issue?.projectKey === projectKey) as IssueRecord[]);
}

function namedIssues(clause: Clause): readonly string[] | undefined {
  if (clause.kind === 'and') {
    return clause.parts.map(namedIssues).find((keys) => keys !== undefined);
  }
  if (clause.kind !== 'test' || clause.field.kind !== 'name') return undefined;
  if (!/^(key|issuekey|issue|id)$/i.test(clause.field.name)) return undefined;
  if (clause.operator !== '=' && clause.operator !== 'in') return undefined;
  return clause.values.map((value) => (value.kind === 'text' ? value.text : ''));
}

type Order = (a: IssueRecord, b: IssueRecord) => number;

function orderOf(world: JqlWorld, sorts: readonly Sort[]): Order {
  const orders = sorts.map((sort): Order => {
    const field = resolveField(world, sort.field);
    if (!field.sorts) throw refused(`Not able to sort using field '${fieldText(sort.field)}'.`);
    const direction = sort.descending ? -1 : 1;
    return (a, b) => {
      const [left] = field.valuesOf(a);
      const [right] = field.valuesOf(b);
      // Issues without a value come last, whichever the direction.
      if (left === undefined || right === undefined) {
        return Number(left === undefined) - Number(right === undefined);
      }
      return direction * compare(left, right);
    };
  });
  return (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return Number(b.id) - Number(a.id);
  };
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}
