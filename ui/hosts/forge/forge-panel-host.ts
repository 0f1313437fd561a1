import { view } from '@forge/bridge';
import * as z from 'zod';
import type { List } from '../../../checklist/index.ts';
import {
  LIMITS,
  listSchema,
  listsAnswerSchema,
  settingSchema,
  templatesAnswerSchema,
} from '../../../checklist/index.ts';
import type { Frame, ListsHost } from '../host.ts';
import { askFor } from './ask.ts';
import { PageIds } from './page-ids.ts';

/** How many lists the page tells the function to look for: twice what an issue can hold. */
const MOST_SEEN = 2 * LIMITS.listsPerIssue;

/**
 * The host of the issue panel that Jira shows through Forge. Each method invokes the definition of its name. Queries of
 * Forge lag behind: ids of lists that this page has seen or made go along with those calls that look for all lists, so
 * that none of them disappears for some seconds. The bridge throws while loading when the page is not inside Forge.
 */
export function forgePanelHost(): ListsHost & { readonly frame: Frame } {
  void view.theme.enable().catch(() => undefined);
  const ids = new PageIds();
  const seen = new Set<string>();

  const look = (id: string): void => {
    // The latest are kept.
    seen.delete(id);
    seen.add(id);
    for (const oldest of seen) {
      if (seen.size <= MOST_SEEN) break;
      seen.delete(oldest);
    }
  };
  const noted = (list: List): List => {
    look(list.id);
    return ids.seen(list);
  };
  const one = async (name: string, payload: Readonly<Record<string, unknown>>): Promise<List> =>
    noted(await askFor(listSchema, name, { ...payload, seen: [...seen] }));
  const all = async (name: string, payload = {}): Promise<List[]> => {
    const { lists } = await askFor(listsAnswerSchema, name, { ...payload, seen: [...seen] });
    return lists.map(noted);
  };

  return {
    // Custom UI frames follow their content; there is nothing to tell.
    frame: { resize: () => undefined },
    lists: () => all('lists'),
    addList: (body) => {
      // Before it is sent: an answer can get lost.
      if (body.id !== undefined) look(body.id);
      return one('addList', { body });
    },
    applyTemplate: (body) => {
      if (body.id !== undefined) look(body.id);
      return one('applyTemplate', { body });
    },
    renameList: (listId, body) => one('renameList', { listId, body }),
    moveList: (listId, body) => all('moveList', { listId, body }),
    deleteList: async (listId) => {
      await askFor(z.object({ deleted: z.literal(true) }), 'deleteList', { listId });
      seen.delete(listId);
    },
    addItem: async (listId, body) => {
      if (body.id !== undefined) await ids.note(listId, body.id);
      return one('addItem', { listId, body: withPlace(body) });
    },
    editItem: (listId, id, body) => one('editItem', { listId, itemId: ids.kept(id), body }),
    moveItem: (listId, id, body) =>
      one('moveItem', { listId, itemId: ids.kept(id), body: withPlace(body) }),
    deleteItem: (listId, id) => one('deleteItem', { listId, itemId: ids.kept(id) }),
    templates: async () => (await askFor(templatesAnswerSchema, 'templates')).templates,
    setting: (scope) => askFor(settingSchema, 'setting', { scope }),
    isReplaced: () => Promise.resolve(false),
  };

  function withPlace<T extends { after?: string | null | undefined }>(body: T): T {
    return typeof body.after === 'string' ? { ...body, after: ids.kept(body.after) } : body;
  }
}
