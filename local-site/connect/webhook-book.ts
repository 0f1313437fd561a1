import { z } from 'zod';
import type { State } from '../state/index.ts';

const KIND = 'webhook';
const Stored = z.object({
  cloudId: z.string(),
  event: z.string(),
  path: z.string(),
  /** Absent with `excludeBody`. */
  body: z.string().optional(),
  /** Which attempt comes next, counted from 0. */
  retry: z.number(),
  /** When, epoch milliseconds. */
  due: z.number(),
});

/** A webhook on its way. */
export type StoredWebhook = z.infer<typeof Stored>;

/**
 * Webhooks on their way, by identifier: written down before the first attempt and struck out after the last one, so that one
 * under way when the process dies is posted again.
 */
export class WebhookBook {
  readonly #state: State;
  /** Those of an earlier run, until they are asked for. */
  readonly #left: Map<string, StoredWebhook>;

  constructor(state: State) {
    this.#state = state;
    this.#left = new Map(state.read(KIND, Stored));
  }

  put(identifier: string, webhook: StoredWebhook): void {
    this.#state.put(KIND, identifier, webhook);
  }

  remove(identifier: string): void {
    this.#state.remove(KIND, identifier);
  }

  /** What an earlier run has left, once. */
  takeLeft(): readonly (readonly [identifier: string, webhook: StoredWebhook])[] {
    const left = [...this.#left];
    this.#left.clear();
    return left;
  }
}
