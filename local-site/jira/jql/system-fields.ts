import { hasInProject } from '../permissions.ts';
import { userOf } from '../users.ts';
import { CATEGORIES, statusOf, STATUSES } from '../workflows/standard-workflow.ts';
import { dateOf } from './dates.ts';
import type { Field } from './field.ts';
import { notModelled, refused } from './jql-error.ts';
import type { JqlWorld } from './jql-world.ts';

type FieldOf = (world: JqlWorld, name: string) => Field;
type Reader = Field['read'];

/** Jira's own fields that the local site has, by name and other names, in lower case. */
export const SYSTEM_FIELDS: ReadonlyMap<string, FieldOf> = new Map<string, FieldOf>([
  ['project', project],
  ...(['key', 'issuekey', 'issue', 'id'] as const).map((name) => [name, key] as const),
  ['summary', text((issue) => [issue.summary])],
  ['description', text(({ description }) => (description === undefined ? [] : [description]))],
  ['text', text(({ summary, description }) => [`${summary}\n${description ?? ''}`], false)],
  ['status', status],
  ['statuscategory', statusCategory],
  ...(['issuetype', 'type'] as const).map((name) => [name, issueType] as const),
  ['assignee', person((issue) => issue.assigneeId)],
  ['reporter', person((issue) => issue.reporterId)],
  ['labels', labels],
  ...(['created', 'createddate'] as const).map((name) => [name, date('createdAt')] as const),
  ...(['updated', 'updateddate'] as const).map((name) => [name, date('updatedAt')] as const),
]);

function project({ state, caller, checksValues }: JqlWorld, name: string): Field {
  const read = words((value) => {
    const found =
      state.project(value) ??
      state.projects().find((each) => each.name.toLowerCase() === value.toLowerCase());
    if (found !== undefined && hasInProject(state.site, caller, 'BROWSE_PROJECTS', found)) {
      return [found.key];
    }
    return missing(checksValues, `The value '${value}' does not exist for the field 'project'.`);
  });
  return { name, kind: 'choice', sorts: true, valuesOf: (issue) => [issue.projectKey], read };
}

function key({ state, checksValues }: JqlWorld, name: string): Field {
  const read = words((value) => {
    const found = state.issue(value);
    if (found !== undefined) return [Number(found.id)];
    return missing(
      checksValues,
      `An issue with key '${value}' does not exist for field '${name}'.`,
    );
  });
  return { name, kind: 'choice', sorts: true, valuesOf: (issue) => [Number(issue.id)], read };
}

function status(_world: JqlWorld, name: string): Field {
  const read = words((value) => {
    const wanted = value.toLowerCase();
    const found = STATUSES.filter(
      (each) => each.id === value || each.name.toLowerCase() === wanted,
    );
    if (found.length > 0) return found.map(({ name: each }) => each);
    throw refused(`The value '${value}' does not exist for the field '${name}'.`);
  });
  const valuesOf: Field['valuesOf'] = (issue) => [statusOf(issue.statusId).name];
  return { name, kind: 'choice', sorts: true, valuesOf, read };
}

function statusCategory(_world: JqlWorld, name: string): Field {
  const read = words((value) => {
    const wanted = value.toLowerCase();
    const found = Object.entries(CATEGORIES).find(
      ([each, category]) =>
        each === wanted || category.name.toLowerCase() === wanted || String(category.id) === value,
    );
    if (found !== undefined) return [found[0]];
    throw refused(`The value '${value}' does not exist for the field '${name}'.`);
  });
  const valuesOf: Field['valuesOf'] = (issue) => [statusOf(issue.statusId).category];
  return { name, kind: 'choice', sorts: true, valuesOf, read };
}

/** Types are free words on the local site, so that none is ever missing. */
function issueType(_world: JqlWorld, name: string): Field {
  const read = words((value) => [value.toLowerCase()]);
  const valuesOf: Field['valuesOf'] = (issue) => [issue.type.toLowerCase()];
  return { name, kind: 'choice', sorts: true, valuesOf, read };
}

function labels(_world: JqlWorld, name: string): Field {
  const read = words((value) => [value]);
  return { name, kind: 'labels', sorts: false, valuesOf: (issue) => issue.labels, read };
}

function person(idOf: (issue: Parameters<Field['valuesOf']>[0]) => string | undefined): FieldOf {
  return (world, name) => ({
    ...{ name, kind: 'choice', sorts: false, read: readPerson(world, name) },
    valuesOf: (issue) => {
      const id = idOf(issue);
      return id === undefined ? [] : [id];
    },
  });
}

/** A person is written as an account id or as `currentUser()`, which for an app is nobody. */
export function readPerson({ state, caller }: JqlWorld, name: string): Reader {
  return (value) => {
    if (value.kind === 'currentUser') return caller.kind === 'user' ? [caller.accountId] : [];
    if (userOf(state.site, value.text) !== undefined) return [value.text];
    throw refused(`The value '${value.text}' does not exist for the field '${name}'.`);
  };
}

function text(valuesOf: Field['valuesOf'], sorts = true): FieldOf {
  return (_world, name) => ({
    name,
    kind: 'text',
    sorts,
    valuesOf,
    read: words((value) => [value]),
  });
}

function date(member: 'createdAt' | 'updatedAt'): FieldOf {
  return (_world, name) => ({
    ...{ name, kind: 'date', sorts: true, read: words((value) => [dateOf(value, name)]) },
    valuesOf: (issue) => [issue[member]],
  });
}

/** A field whose values are words: `currentUser()` means nothing there. */
export function words(read: (value: string) => readonly (string | number)[]): Reader {
  return (value) => {
    if (value.kind === 'currentUser') throw notModelled('currentUser() for a field without people');
    return read(value.text);
  };
}

function missing(checks: boolean, message: string): readonly never[] {
  if (checks) throw refused(message);
  return [];
}
