import { unreachable } from '../host-error.ts';
import type { AtlassianPage } from './ap.ts';

/** A token this close to its end is not used any more, in seconds: the request must arrive while it is valid. */
const MARGIN_SECONDS = 30;
const PATIENCE_MS = 10_000;

/** When a JWT ends, in seconds since 1970; 0 when it cannot be told. The signature is the server's business. */
export function tokenEnd(token: string): number {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const claims: unknown = JSON.parse(atob(payload));
    const exp = (claims as { exp?: unknown } | null)?.exp;
    return typeof exp === 'number' ? exp : 0;
  } catch {
    return 0;
  }
}

/** Keeps one context token and asks Jira for a new one before it ends. Calls that meet share one request. */
export class ContextToken {
  readonly #page: AtlassianPage;
  readonly #now: () => number;
  #token = '';
  #asking: Promise<string> | null = null;

  constructor(page: AtlassianPage, now: () => number) {
    this.#page = page;
    this.#now = now;
  }

  /** A token that is still good; `fresh` ignores the one at hand. Rejects with `HostError` when Jira does not answer. */
  async get(fresh = false): Promise<string> {
    const left = tokenEnd(this.#token) - this.#now() / 1000;
    if (!fresh && left > MARGIN_SECONDS) return this.#token;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<string> {
    this.#token = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(unreachable(new Error('Jira gave no token'))),
        PATIENCE_MS,
      );
      this.#page.context.getToken((token) => {
        clearTimeout(timer);
        resolve(token);
      });
    });
    return this.#token;
  }
}
