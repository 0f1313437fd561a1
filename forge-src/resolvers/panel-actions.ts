import { z } from 'zod';
import {
  addItem,
  addList,
  applyTemplate,
  deleteItem,
  deleteList,
  editItem,
  listSchema,
  listsAnswerSchema,
  moveItem,
  moveList,
  notFound,
  ownItemId,
  parseId,
  parseRequest,
  readLists,
  readSetting,
  readTemplates,
  renameList,
  requests,
  settingSchema,
  templatesAnswerSchema,
} from '../../checklist/index.ts';
import type { PanelCall } from './panel-call.ts';

/** What a page sends along: ids of what is meant, and the body that the JSON API would take. */
export interface PanelPayload {
  readonly listId?: unknown;
  readonly itemId?: unknown;
  readonly scope?: unknown;
  readonly body?: unknown;
}

export type PanelAction = (call: PanelCall, payload: PanelPayload) => Promise<unknown>;

const nothing = z.null();

/**
 * What the issue panel can ask for, by the names of its host's methods. Each parses what the page sent with the schemas of
 * the JSON API and runs the use case that the API runs, in Forge's store or, through the API, at the server.
 */
export const PANEL_ACTIONS = {
  lists: ({ scope, run }) =>
    run(
      async (store) => ({ lists: await readLists(store, scope) }),
      { method: 'GET', path: `issues/${scope.issueId}/lists` },
      listsAnswerSchema,
    ),

  async addList({ scope, supplies, run }, payload) {
    const sent = parseRequest(requests.addList, payload.body);
    const id = sent.id ?? supplies.newId();
    const items = sent.items ?? [];
    const own = items.map(async (item) => ({
      ...item,
      id: await ownItemId(id, item.id ?? supplies.newId()),
    }));
    const body = { ...sent, id, items: await Promise.all(own) };
    return run(
      (store) => addList(store, scope, body, supplies),
      { method: 'POST', path: `issues/${scope.issueId}/lists`, body },
      listSchema,
    );
  },

  applyTemplate({ scope, supplies, run }, payload) {
    const sent = parseRequest(requests.applyTemplate, payload.body);
    const body = { ...sent, id: sent.id ?? supplies.newId() };
    return run(
      (store) => applyTemplate(store, scope, body, supplies),
      { method: 'POST', path: `issues/${scope.issueId}/lists/from-template`, body },
      listSchema,
    );
  },

  renameList({ scope, supplies, run }, payload) {
    const listId = parseId('list', payload.listId);
    const body = parseRequest(requests.renameList, payload.body);
    return run(
      (store) => renameList(store, scope, listId, body, supplies),
      { method: 'PATCH', path: `lists/${listId}`, body },
      listSchema,
    );
  },

  moveList({ scope, supplies, run }, payload) {
    const listId = parseId('list', payload.listId);
    const body = parseRequest(requests.move, payload.body);
    return run(
      async (store) => ({ lists: await moveList(store, scope, listId, body, supplies) }),
      { method: 'POST', path: `lists/${listId}/move`, body },
      listsAnswerSchema,
    );
  },

  async deleteList({ scope, supplies, run }, payload) {
    const listId = parseId('list', payload.listId);
    await run(
      async (store) => {
        await deleteList(store, scope, listId, supplies);
        return null;
      },
      { method: 'DELETE', path: `lists/${listId}` },
      nothing,
    );
    return { deleted: true };
  },

  async addItem({ scope, supplies, run }, payload) {
    const listId = parseId('list', payload.listId);
    const sent = parseRequest(requests.addItem, payload.body);
    const body = { ...sent, id: await ownItemId(listId, sent.id ?? supplies.newId()) };
    return run(
      (store) => addItem(store, scope, listId, body, supplies),
      { method: 'POST', path: `lists/${listId}/items`, body },
      listSchema,
    );
  },

  editItem({ scope, supplies, run }, payload) {
    const [listId, itemId] = [parseId('list', payload.listId), parseId('item', payload.itemId)];
    const body = parseRequest(requests.editItem, payload.body);
    return run(
      (store) => editItem(store, scope, listId, itemId, body, supplies),
      { method: 'PATCH', path: `lists/${listId}/items/${itemId}`, body },
      listSchema,
    );
  },

  moveItem({ scope, supplies, run }, payload) {
    const [listId, itemId] = [parseId('list', payload.listId), parseId('item', payload.itemId)];
    const body = parseRequest(requests.move, payload.body);
    return run(
      (store) => moveItem(store, scope, listId, itemId, body, supplies),
      { method: 'POST', path: `lists/${listId}/items/${itemId}/move`, body },
      listSchema,
    );
  },

  deleteItem({ scope, supplies, run }, payload) {
    const [listId, itemId] = [parseId('list', payload.listId), parseId('item', payload.itemId)];
    return run(
      (store) => deleteItem(store, scope, listId, itemId, supplies),
      { method: 'DELETE', path: `lists/${listId}/items/${itemId}` },
      listSchema,
    );
  },

  templates: ({ scope, run }) =>
    run(
      async (store) => ({ templates: await readTemplates(store, scope) }),
      { method: 'GET', path: `projects/${scope.projectId}/templates` },
      templatesAnswerSchema,
    ),

  /** The site's setting, or that of the project. */
  setting({ scope, run }, payload) {
    const name = payload.scope ?? 'site';
    if (name !== 'site' && name !== `project-${scope.projectId}`) throw notFound('setting');
    return run(
      (store) => readSetting(store, name),
      { method: 'GET', path: `settings?scope=${name}` },
      settingSchema,
    );
  },
} as const satisfies Readonly<Record<string, PanelAction>>;
