import type { Site } from '../../types.ts';
import type { IssueRecord } from '../state/issue-record.ts';
import type { IssueEdit } from '../state/site-state.ts';
import { userOf } from '../users.ts';
import { statusOf } from '../workflows/standard-workflow.ts';

/** One line of a changelog, as webhooks and product events carry it. */
export interface ChangeItem {
  readonly field: string;
  readonly fieldId: string;
  readonly fieldtype: 'jira';
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}

/** The lines of one change, under the number that the changelog of the issue has for it. */
export interface Changelog {
  readonly id: string;
  readonly items: readonly ChangeItem[];
}

/** What an edit would change. Nothing where the new value is the old one: then Jira tells nobody. */
export function changesOf(site: Site, issue: IssueRecord, edit: IssueEdit): readonly ChangeItem[] {
  const items: ChangeItem[] = [];
  if (edit.summary !== undefined && edit.summary !== issue.summary) {
    items.push(item('summary', text(issue.summary), text(edit.summary)));
  }
  if ('description' in edit && edit.description !== issue.description) {
    items.push(item('description', text(issue.description), text(edit.description)));
  }
  if (edit.statusId !== undefined && edit.statusId !== issue.statusId) {
    items.push(item('status', status(issue.statusId), status(edit.statusId)));
  }
  if ('assigneeId' in edit && edit.assigneeId !== issue.assigneeId) {
    items.push(item('assignee', person(site, issue.assigneeId), person(site, edit.assigneeId)));
  }
  if (edit.labels !== undefined && edit.labels.join(' ') !== issue.labels.join(' ')) {
    items.push(item('labels', text(issue.labels.join(' ')), text(edit.labels.join(' '))));
  }
  return items;
}

type Side = readonly [id: string | null, shown: string | null];

function item(field: string, [from, fromString]: Side, [to, shown]: Side): ChangeItem {
  return { field, fieldId: field, fieldtype: 'jira', from, fromString, to, toString: shown };
}

function text(value: string | undefined): Side {
  return [null, value ?? null];
}

function status(id: string): Side {
  return [id, statusOf(id).name];
}

function person(site: Site, accountId: string | undefined): Side {
  return [accountId ?? null, userOf(site, accountId)?.displayName ?? null];
}
