import type { HistoryAction, HistoryEvent } from '../history.ts';
import { ranksAtEnd } from '../rank.ts';
import type { UpdateTemplateBody } from '../requests.ts';
import type { ProjectScope, Supplies } from '../scope.ts';
import type { Template, TemplateItem } from '../wire.ts';

/** Items in the order they were sent, with fresh ranks; an item without an id gets one. */
export function templateItems(
  items: UpdateTemplateBody['items'],
  supplies: Supplies,
): TemplateItem[] {
  const ranks = ranksAtEnd([], items.length);
  return items.map((item, index) => ({
    id: item.id ?? supplies.newId(),
    text: item.text,
    mandatory: item.mandatory ?? false,
    rank: ranks[index] ?? '',
  }));
}

/** A line of history about a template: it belongs to a project, not to an issue. */
export function templateEvent(
  scope: ProjectScope,
  action: HistoryAction,
  template: Template,
  at: string,
): HistoryEvent {
  return {
    action,
    issueId: null,
    listId: null,
    itemId: null,
    actor: scope.actor,
    detail: {
      projectId: template.projectId,
      templateId: template.id,
      revision: template.revision,
      name: template.name,
    },
    at,
  };
}

/** The order templates are listed in: by name as code units, then by id. */
export function byName(a: Template, b: Template): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
