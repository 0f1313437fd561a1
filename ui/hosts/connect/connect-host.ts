import * as z from 'zod';
import {
  listSchema,
  listsAnswerSchema,
  panelAnswerSchema,
  settingSchema,
  templateSchema,
  templatesAnswerSchema,
  upgradeStatusSchema,
} from '../../../checklist/index.ts';
import type { Download, Host } from '../host.ts';
import { atlassianPage } from './ap.ts';
import { Api } from './api.ts';
import { ContextToken } from './context-token.ts';

/** Where the page stands, from the query that the descriptor's URL templates fill. */
export interface Place {
  readonly issueId: string;
  readonly projectId: string;
}

const nothing = z.null().transform(() => undefined);

/** The host of a page that Jira shows through Connect. Throws when the page is not inside Jira. */
export function connectHost(location: Location): Host {
  const page = atlassianPage();
  page.theming?.initializeTheming();
  const query = new URLSearchParams(location.search);
  const place: Place = {
    issueId: query.get('issueId') ?? '',
    projectId: query.get('projectId') ?? '',
  };
  const token = new ContextToken(page, () => Date.now());
  const api = new Api(token, new URL('../api/', location.href).href);
  const issue = `issues/${encodeURIComponent(place.issueId)}`;
  const project = `projects/${encodeURIComponent(place.projectId)}`;
  const list = (id: string): string => `lists/${encodeURIComponent(id)}`;
  const item = (listId: string, id: string): string =>
    `${list(listId)}/items/${encodeURIComponent(id)}`;

  return {
    frame: { resize: (height) => page.resize('100%', `${height}px`) },

    lists: async () => (await api.call('GET', `${issue}/lists`, listsAnswerSchema)).lists,
    addList: (body) => api.call('POST', `${issue}/lists`, listSchema, body),
    applyTemplate: (body) => api.call('POST', `${issue}/lists/from-template`, listSchema, body),
    renameList: (id, body) => api.call('PATCH', list(id), listSchema, body),
    moveList: async (id, body) =>
      (await api.call('POST', `${list(id)}/move`, listsAnswerSchema, body)).lists,
    deleteList: (id) => api.call('DELETE', list(id), nothing),
    addItem: (id, body) => api.call('POST', `${list(id)}/items`, listSchema, body),
    editItem: (id, itemId, body) => api.call('PATCH', item(id, itemId), listSchema, body),
    moveItem: (id, itemId, body) => api.call('POST', `${item(id, itemId)}/move`, listSchema, body),
    deleteItem: (id, itemId) => api.call('DELETE', item(id, itemId), listSchema),

    templates: async () =>
      (await api.call('GET', `${project}/templates`, templatesAnswerSchema)).templates,
    createTemplate: (body) => api.call('POST', `${project}/templates`, templateSchema, body),
    updateTemplate: (id, body) =>
      api.call('PUT', `templates/${encodeURIComponent(id)}`, templateSchema, body),
    deleteTemplate: (id) => api.call('DELETE', `templates/${encodeURIComponent(id)}`, nothing),

    setting: (scope) =>
      api.call('GET', `settings?scope=${encodeURIComponent(scope)}`, settingSchema),
    isReplaced: async () => (await api.call('GET', 'panel', panelAnswerSchema)).replaced,
    putSetting: (scope, value) => api.call('PUT', 'settings', settingSchema, { scope, value }),

    upgradeStatus: () => api.call('GET', 'upgrade', upgradeStatusSchema),
    exportEverything: async (): Promise<Download> => ({
      name: 'tally-export.json',
      content: await (await api.send('GET', 'export')).blob(),
    }),
  };
}
