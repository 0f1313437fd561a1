import type { z } from 'zod';
import { fromWire, unreachable, unreadable } from '../host-error.ts';
import type { ContextToken } from './context-token.ts';

const PATIENCE_MS = 20_000;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Calls Tally's JSON API from a Connect page, with the context token, and reads every answer with a schema. */
export class Api {
  readonly #token: ContextToken;
  readonly #base: string;

  /** `base` is the URL of `/api/`, with the slash at its end. */
  constructor(token: ContextToken, base: string) {
    this.#token = token;
    this.#base = base;
  }

  /** Rejects with `HostError`. A 401 is tried once more with a new token, because a token may end on the way. */
  async call<T>(method: Method, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    const json: unknown = response.status === 204 ? null : await readJson(response);
    const result = schema.safeParse(json);
    if (!result.success) throw unreadable(result.error);
    return result.data;
  }

  /** The successful answer as it is. */
  async send(method: Method, path: string, body?: unknown): Promise<Response> {
    let response = await this.#once(method, path, body, false);
    if (response.status === 401) response = await this.#once(method, path, body, true);
    if (!response.ok) throw fromWire(await readJson(response));
    return response;
  }

  async #once(method: Method, path: string, body: unknown, fresh: boolean): Promise<Response> {
    const token = await this.#token.get(fresh);
    const headers: Record<string, string> = { Authorization: `JWT ${token}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(this.#base + path, {
        method,
        headers,
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw unreadable(cause);
  }
}
