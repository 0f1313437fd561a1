import type { List, ListItem, Template } from '../../checklist/index.ts';
import {
  byRank,
  placeAfter,
  ranksAtEnd,
  withItem,
  withItemPatch,
  withItemRanks,
  withoutItem,
} from '../../checklist/index.ts';
import type { ListsHost } from '../hosts/host.ts';
import type { Change } from './panel-model.ts';

type Lists = readonly List[];

/** What a person can do in the panel, each as a change that shows at once. `newId` gives a lower-case UUID. */
export function panelChanges(host: ListsHost, newId: () => string, now: () => Date) {
  /** The answer of the server replaces its list, unless the list is gone. */
  const merged =
    (list: List) =>
    (lists: Lists): Lists =>
      lists.map((old) => (old.id === list.id ? list : old));
  const onList = (listId: string, edit: (list: List) => List): Change['preview'] => {
    return (lists) => lists.map((list) => (list.id === listId ? edit(list) : list));
  };
  const added =
    (list: List) =>
    (lists: Lists): Lists =>
      [...lists.filter(({ id }) => id !== list.id), list].sort(byRank);
  const draftList = (id: string, name: string, lists: Lists, items: ListItem[]): List => ({
    id,
    issueId: '',
    projectId: '',
    name,
    rank: ranksAtEnd(lists, 1)[0] ?? '',
    items,
    templateId: null,
    templateRevision: null,
    createdAt: now().toISOString(),
    updatedAt: now().toISOString(),
  });

  return {
    addList(id: string, name: string): Change {
      return {
        failure: 'The checklist was not added.',
        preview: (lists) => added(draftList(id, name, lists, []))(lists),
        send: async () => added(await host.addList({ id, name })),
      };
    },

    applyTemplate(id: string, template: Template): Change {
      const items = template.items.map((item) => ({ ...item, id: newId(), done: false }));
      return {
        failure: 'The template was not applied.',
        preview: (lists) => added(draftList(id, template.name, lists, items))(lists),
        send: async () => added(await host.applyTemplate({ id, templateId: template.id })),
      };
    },

    renameList(listId: string, name: string): Change {
      return {
        failure: 'The checklist was not renamed.',
        preview: onList(listId, (list) => ({ ...list, name })),
        send: async () => merged(await host.renameList(listId, { name })),
      };
    },

    moveList(listId: string, after: string | null): Change {
      return {
        failure: 'The checklist was not moved.',
        preview: (lists) => {
          const known = lists.some(({ id }) => id === after) ? after : null;
          const ranks = new Map(
            placeAfter(lists, listId, known, 'list').map(({ id, rank }) => [id, rank]),
          );
          return lists
            .map((list) => ({ ...list, rank: ranks.get(list.id) ?? list.rank }))
            .sort(byRank);
        },
        send: async () => {
          const lists = await host.moveList(listId, { after });
          return () => lists;
        },
      };
    },

    deleteList(listId: string): Change {
      const without = (lists: Lists): Lists => lists.filter(({ id }) => id !== listId);
      return {
        failure: 'The checklist was not deleted.',
        preview: without,
        send: async () => {
          await host.deleteList(listId);
          return without;
        },
      };
    },

    /** `after` left out appends. */
    addItem(
      listId: string,
      item: Pick<ListItem, 'text'> & Partial<Pick<ListItem, 'done' | 'mandatory'>>,
      after?: string | null,
    ): Change {
      const id = newId();
      const { text, done = false, mandatory = false } = item;
      return {
        failure: 'The item was not added.',
        preview: onList(listId, (list) => {
          const last = list.items.at(-1)?.id ?? null;
          const place = after === undefined ? last : after;
          const known = list.items.some((other) => other.id === place) ? place : null;
          const [own, ...pushed] = placeAfter(list.items, id, known, 'item');
          const rank = own?.rank ?? '';
          return withItem(withItemRanks(list, pushed), { id, text, done, mandatory, rank });
        }),
        send: async () => {
          const body = { id, text, done, mandatory, ...(after === undefined ? {} : { after }) };
          return merged(await host.addItem(listId, body));
        },
      };
    },

    editItem(
      listId: string,
      itemId: string,
      patch: Partial<Pick<ListItem, 'text' | 'done' | 'mandatory'>>,
    ): Change {
      return {
        failure: 'The change was not saved.',
        preview: onList(listId, (list) => withItemPatch(list, itemId, patch)),
        send: async () => merged(await host.editItem(listId, itemId, patch)),
      };
    },

    moveItem(listId: string, itemId: string, after: string | null): Change {
      return {
        failure: 'The item was not moved.',
        preview: onList(listId, (list) => {
          const gone = !list.items.some(({ id }) => id === itemId);
          if (gone || (after !== null && !list.items.some(({ id }) => id === after))) return list;
          return withItemRanks(list, placeAfter(list.items, itemId, after, 'item'));
        }),
        send: async () => merged(await host.moveItem(listId, itemId, { after })),
      };
    },

    deleteItem(listId: string, itemId: string): Change {
      return {
        failure: 'The item was not deleted.',
        preview: onList(listId, (list) => withoutItem(list, itemId)),
        send: async () => merged(await host.deleteItem(listId, itemId)),
      };
    },
  };
}

export type PanelChanges = ReturnType<typeof panelChanges>;
