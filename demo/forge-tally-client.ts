import type { Site } from 'crossgrade-local-site';
import type { List } from '../checklist/index.ts';
import type { TallyAnswer } from './tally-client.ts';

/** Key of the panel in manifest.yml. */
const MODULE = 'checklists';

/** Statuses of the JSON API for the codes of its errors; a function answers the same bodies, without a status. */
const STATUS: Readonly<Record<string, number>> = {
  malformed: 400,
  signed_out: 401,
  forbidden: 403,
  unlinked_installation: 403,
  link_conflict: 403,
  not_found: 404,
  id_taken: 409,
  over_limit: 422,
  internal: 500,
  site_unavailable: 502,
};

/** The panel on Forge of one issue, asked as its page asks: through the bridge of the local site, as one person. */
export interface ForgeTallyClient {
  /** Methods and paths of the JSON API, as far as the panel has them. Rejects when no answer came. */
  call<T>(method: string, path: string, body?: unknown): Promise<TallyAnswer<T>>;
  lists(): Promise<TallyAnswer<{ lists: List[] }>>;
  addList(list: unknown): Promise<TallyAnswer<List>>;
}

/**
 * Makes it for an issue of a site. `who` is an account id, by default the site's first user. Lists that it has met are
 * named to the function, as the page does.
 */
export function forgeTallyClient(
  site: Pick<Site, 'slug' | 'baseUrl'> & { readonly users: readonly { accountId: string }[] },
  issue: { readonly id: string; readonly key: string },
  who = site.users[0]?.accountId ?? '',
): ForgeTallyClient {
  const seen = new Set<string>();

  const invoke = async (functionKey: string, payload: object): Promise<TallyAnswer<unknown>> => {
    const response = await fetch(`${site.baseUrl}/_local/bridge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: `local_user_${site.slug}=${who}` },
      body: JSON.stringify({
        ...{ issueKey: issue.key, moduleKey: MODULE, operation: 'invoke' },
        payload: { functionKey, payload: { ...payload, seen: [...seen].slice(-40) } },
      }),
    });
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as { result?: unknown };
    if (!response.ok) return { status: response.status, body };
    const code = (body.result as { error?: { code?: string } } | undefined)?.error?.code;
    return { status: code === undefined ? 200 : (STATUS[code] ?? 503), body: body.result };
  };

  const client: ForgeTallyClient = {
    async call<T>(method: string, path: string, body?: unknown): Promise<TallyAnswer<T>> {
      const found = ROUTES.find((route) => route.method === method && route.path.test(path));
      if (found === undefined) throw new Error(`the panel on Forge has no ${method} ${path}`);
      const ids = found.path.exec(path)?.groups ?? {};
      const { status, body: answer } = await invoke(found.name, { ...ids, body });
      if (status >= 300) return { status, body: answer as T };
      for (const { id } of listsIn(answer)) seen.add(id);
      if (found.status === 204) seen.delete(ids['listId'] ?? '');
      return { status: found.status, body: (found.status === 204 ? undefined : answer) as T };
    },
    lists: () => client.call('GET', `/api/issues/${issue.id}/lists`),
    addList: (list) => client.call('POST', `/api/issues/${issue.id}/lists`, list),
  };
  return client;
}

const LIST = '/api/lists/(?<listId>[^/]+)';
const ITEM = `${LIST}/items/(?<itemId>[^/]+)`;
const route = (method: string, path: string, name: string, status = 200) => ({
  ...{ method, name, status },
  path: new RegExp(`^${path}$`),
});
const ROUTES = [
  route('GET', '/api/issues/[^/]+/lists', 'lists'),
  route('POST', '/api/issues/[^/]+/lists', 'addList', 201),
  route('POST', '/api/issues/[^/]+/lists/from-template', 'applyTemplate', 201),
  route('PATCH', LIST, 'renameList'),
  route('DELETE', LIST, 'deleteList', 204),
  route('POST', `${LIST}/move`, 'moveList'),
  route('POST', `${LIST}/items`, 'addItem', 201),
  route('PATCH', ITEM, 'editItem'),
  route('POST', `${ITEM}/move`, 'moveItem'),
  route('DELETE', ITEM, 'deleteItem'),
  route('GET', '/api/projects/[^/]+/templates', 'templates'),
];

function listsIn(answer: unknown): readonly List[] {
  const { lists, items } = answer as { lists?: List[]; items?: unknown };
  return lists ?? (items === undefined ? [] : [answer as List]);
}
