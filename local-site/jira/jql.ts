import type { Issue } from '../types.ts';

/** JQL that the local site cannot read. */
export class JqlError extends Error {
  readonly code = 'JQL_NOT_UNDERSTOOD';
}

/** A query of the small subset: `project` and `key` with `=` or `in`, joined by `and`, ordered by key or created. */
export interface Jql {
  /** Issue ids or keys that the query names; undefined when it names none. */
  readonly keys: readonly string[] | undefined;
  readonly descending: boolean;
  matches(issue: Issue): boolean;
}

const ORDER = /\s*\border\s+by\s+(key|issuekey|id|created)(?:\s+(asc|desc))?\s*$/i;
const CLAUSE = /^\s*(\w+)\s*(=|\bin\b)\s*(.+?)\s*$/i;

/**
 * Reads a query.
 *
 * @throws {JqlError} for anything outside the subset, and for a query without a restriction: Jira refuses unbounded
 * queries on `/search/jql`.
 */
export function parseJql(text: string): Jql {
  const order = ORDER.exec(text);
  const where = (order === null ? text : text.slice(0, order.index)).trim();
  if (where === '') throw new JqlError('Unbounded JQL queries are not allowed here.');
  const tests: ((issue: Issue) => boolean)[] = [];
  let keys: readonly string[] | undefined;
  for (const part of where.split(/\s+and\s+/i)) {
    const clause = readClause(part);
    const wanted = new Set(clause.values.map((value) => value.toUpperCase()));
    if (clause.field === 'project') {
      tests.push((issue) => wanted.has(issue.projectKey) || wanted.has(issue.projectId));
    } else {
      keys ??= clause.values;
      tests.push((issue) => wanted.has(issue.key) || wanted.has(issue.id));
    }
  }
  return {
    keys,
    descending: order?.[2]?.toLowerCase() === 'desc',
    matches: (issue) => tests.every((test) => test(issue)),
  };
}

function readClause(part: string): { field: 'project' | 'key'; values: readonly string[] } {
  const match = CLAUSE.exec(part);
  const [, name = '', operator = '', operand = ''] = match ?? [];
  const field = fieldOf(name.toLowerCase());
  if (match === null || field === undefined) {
    throw new JqlError(`The local site does not understand '${part.trim()}' in JQL.`);
  }
  if (operator === '=') return { field, values: [unquoted(operand)] };
  const list = /^\((.*)\)$/.exec(operand);
  if (list === null) throw new JqlError(`Expecting a list in parentheses after 'in'.`);
  return { field, values: (list[1] ?? '').split(',').map((value) => unquoted(value.trim())) };
}

function fieldOf(name: string): 'project' | 'key' | undefined {
  if (name === 'project') return 'project';
  return ['key', 'issuekey', 'issue', 'id'].includes(name) ? 'key' : undefined;
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}
