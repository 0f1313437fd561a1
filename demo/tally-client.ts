import type { List } from '../checklist/index.ts';

export interface TallyAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** Who asks: gives a fresh context JWT, as a page gets one from `AP.context.getToken`. */
export type TokenSource = () => string | Promise<string>;

/** The JSON API of Tally as its own page uses it. A refused token is renewed once, as a page does. */
export class TallyClient {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  lists(token: TokenSource, issueId: string): Promise<TallyAnswer<{ lists: List[] }>> {
    return this.call(token, 'GET', `/api/issues/${issueId}/lists`);
  }

  addList(token: TokenSource, issueId: string, list: unknown): Promise<TallyAnswer<List>> {
    return this.call(token, 'POST', `/api/issues/${issueId}/lists`, list);
  }

  async call<T>(
    token: TokenSource,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<TallyAnswer<T>> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(this.#baseUrl + path, {
        method,
        headers: {
          authorization: `JWT ${await token()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status === 401 && attempt < 3) {
        // The secret may be rotating under us: a page asks its host for another token.
        await new Promise((resolve) => setTimeout(resolve, 100 * (attempt + 1)));
        continue;
      }
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
    }
  }
}
