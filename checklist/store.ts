import type { HistoryEvent } from './history.ts';
import type { SettingValue } from './settings.ts';
import type { List, ListItem, Template } from './wire.ts';

/**
 * What one unit of work holds still while it runs. Two units with the same lock run one after the other; units with different
 * locks may run at once, also `issue` and `list` of the same issue. Then they must touch different columns, and the use
 * cases see to that: an `issue` unit adds, removes and orders lists, a `list` unit changes what is inside one.
 *
 * On Postgres this is a row or advisory lock inside the transaction. On Forge it is the head of a bucket and a
 * compare-and-set: the work runs again when somebody was faster.
 */
export type Lock =
  | { readonly on: 'issue'; readonly issueId: string }
  | { readonly on: 'list'; readonly listId: string }
  | { readonly on: 'project'; readonly projectId: string }
  | { readonly on: 'template'; readonly templateId: string }
  | { readonly on: 'setting'; readonly scope: string };

/** Reads of one tenant's data. Lists, items and templates come ordered (rank bytewise, then id; templates by name, then id). */
export interface ChecklistReader {
  listsOfIssue(issueId: string): Promise<List[]>;
  /** Undefined means known to be absent. A store that cannot tell throws; it never answers undefined or an empty list. */
  list(listId: string): Promise<List | undefined>;
  templatesOfProject(projectId: string): Promise<Template[]>;
  template(templateId: string): Promise<Template | undefined>;
  setting(scope: string): Promise<SettingValue | undefined>;
}

export type ListPatch = Partial<Pick<List, 'name' | 'rank' | 'projectId' | 'updatedAt'>>;
export type ItemPatch = Partial<Pick<ListItem, 'text' | 'done' | 'mandatory' | 'rank'>>;

/**
 * One unit of work: everything written through it is kept together or not at all. Reads see its own writes. Writes are by row
 * and by column, so a tick and a reorder that meet keep both. A patch leaves out what it does not change; an empty patch does
 * nothing.
 */
export interface ChecklistUnit extends ChecklistReader {
  /** With its items. Throws `id_taken` when the list's or an item's id is in use in this tenant. */
  insertList(list: List): Promise<void>;
  updateList(listId: string, patch: ListPatch): Promise<void>;
  /** With its items. */
  deleteList(listId: string): Promise<void>;
  /** Throws `id_taken`. */
  insertItem(listId: string, item: ListItem): Promise<void>;
  updateItem(listId: string, itemId: string, patch: ItemPatch): Promise<void>;
  deleteItem(listId: string, itemId: string): Promise<void>;
  /** With its items. Throws `id_taken`. */
  insertTemplate(template: Template): Promise<void>;
  /** Name, revision, `updatedAt`, and all items: those not named any more are removed. Throws `id_taken` for an item. */
  replaceTemplate(template: Template): Promise<void>;
  deleteTemplate(templateId: string): Promise<void>;
  putSetting(scope: string, value: SettingValue, at: string): Promise<void>;
  /** Appends to the history. */
  record(event: HistoryEvent): Promise<void>;
  /** The issue's progress must be written to Jira. Use cases call it last, so that its row is held for the shortest time. */
  progressDue(issueId: string, since: string): Promise<void>;
}

/**
 * Where one tenant's checklists live right now. A store is made for one request and one tenant, chosen by authority, and is
 * not kept across requests. It knows nothing of who may do what: the use cases check the scope.
 */
export interface ChecklistStore extends ChecklistReader {
  /**
   * Runs `work` under `lock` and commits when it resolves; when it rejects, nothing is written and the same error comes out.
   * `work` may run more than once, so it must have no other effect.
   */
  change<T>(lock: Lock, work: (unit: ChecklistUnit) => Promise<T>): Promise<T>;
}
