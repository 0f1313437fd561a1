import { z } from 'zod';
import { textOf } from '../beans/document.ts';
import type { SiteState } from '../state/site-state.ts';
import { userOf } from '../users.ts';
import { jsonBody } from './route.ts';
import type { RestRequest } from './route.ts';

/** What a request wants to write into an issue. `description` and `assigneeId` may be given as nothing. */
export interface IssueInput {
  readonly project?: { readonly id?: string | undefined; readonly key?: string | undefined };
  readonly type?: string;
  readonly summary?: string;
  readonly description?: string | undefined;
  readonly assigneeId?: string | undefined;
  readonly labels?: readonly string[];
  readonly properties: readonly { readonly key: string; readonly value: unknown }[];
}

/** Why it can't be done: Jira's `errors` by field, or something that is not modelled. */
export type IssueInputProblem =
  | { readonly kind: 'refused'; readonly errors: Readonly<Record<string, string>> }
  | { readonly kind: 'not-modelled'; readonly what: string };

const FIELDS = ['project', 'issuetype', 'summary', 'description', 'assignee', 'labels'] as const;

const Body = z.object({
  fields: z.record(z.string(), z.unknown()).default({}),
  properties: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
});
const Ref = z.object({ id: z.string().optional(), key: z.string().optional() });
const Type = z.object({ id: z.string().optional(), name: z.string().optional() });
const Assignee = z.union([
  z.null(),
  z.object({ accountId: z.string().nullable() }),
  z.object({ id: z.string().nullable() }).transform(({ id }) => ({ accountId: id })),
]);

/** Reads `IssueUpdateDetails`, the fields that the local site has. */
export function issueInput(request: RestRequest): IssueInput | IssueInputProblem {
  const raw = jsonBody(request)?.value;
  const parsed = Body.safeParse(raw);
  if (!parsed.success) return refusedField('body', 'The request body is not valid.');
  for (const member of ['update', 'transition', 'historyMetadata']) {
    if (Object.hasOwn(raw as object, member)) {
      return { kind: 'not-modelled', what: `'${member}' of an issue` };
    }
  }
  const { fields, properties } = parsed.data;
  const other = Object.keys(fields).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (other !== undefined) return { kind: 'not-modelled', what: `field '${other}' of an issue` };
  return fieldsOf(request.state, fields, properties);
}

function fieldsOf(
  state: SiteState,
  fields: Readonly<Record<string, unknown>>,
  properties: IssueInput['properties'],
): IssueInput | IssueInputProblem {
  const project = Ref.optional().safeParse(fields['project']);
  if (!project.success) return refusedField('project', 'data was not an object');
  const type = Type.optional().safeParse(fields['issuetype']);
  if (!type.success) return refusedField('issuetype', 'data was not an object');
  const summary = z.string().trim().min(1).max(255).optional().safeParse(fields['summary']);
  if (!summary.success) {
    return refusedField('summary', 'You must specify a summary of at most 255 characters.');
  }
  const labels = z.array(z.string().regex(/^\S+$/)).optional().safeParse(fields['labels']);
  if (!labels.success) return refusedField('labels', "The label can't contain spaces.");
  const assignee = Assignee.optional().safeParse(fields['assignee']);
  const accountId = assignee.data?.accountId ?? undefined;
  if (
    !assignee.success ||
    (accountId !== undefined && userOf(state.site, accountId) === undefined)
  ) {
    return refusedField('assignee', 'Specify a valid value for assignee');
  }
  const description = textOf(fields['description']);
  if (fields['description'] != null && description === undefined) {
    return refusedField('description', 'Operation value must be an Atlassian Document.');
  }
  return {
    properties,
    ...(project.data === undefined ? {} : { project: project.data }),
    ...(type.data === undefined ? {} : { type: type.data.name ?? 'Task' }),
    ...(summary.data === undefined ? {} : { summary: summary.data }),
    ...(labels.data === undefined ? {} : { labels: labels.data }),
    ...('assignee' in fields ? { assigneeId: accountId } : {}),
    ...('description' in fields ? { description } : {}),
  };
}

function refusedField(field: string, message: string): IssueInputProblem {
  return { kind: 'refused', errors: { [field]: message } };
}
