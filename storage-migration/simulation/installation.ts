import { HEAD_ENTITY } from '../bucket/head.ts';
import type { ForgeEffect, ForgeMirror } from './forge-mirror.ts';
import type { HandleWire, WireAnswer } from './memory-forge.ts';

const REMOVED: WireAnswer = {
  status: 403,
  body: { code: 'FORBIDDEN', message: 'the app is not installed' },
};

/** One installation of the app: its storage, and what is known of it. Once removed it answers nobody and takes nothing. */
export class Installation {
  readonly number: number;
  readonly mirror: ForgeMirror;
  isRemoved = false;
  readonly #handle: HandleWire;

  constructor(number: number, handle: HandleWire, mirror: ForgeMirror) {
    this.number = number;
    this.#handle = handle;
    this.mirror = mirror;
  }

  /** A request reaches the storage. `onEffect` is told, step by step, what it changed. */
  async arrive(
    operation: string,
    body: string,
    onEffect: (effect: ForgeEffect) => void,
  ): Promise<WireAnswer> {
    if (this.isRemoved) return REMOVED;
    const answer = await this.#handle(operation, body);
    if (answer.status >= 300) return answer;
    if (operation === '/transaction') {
      for (const effect of this.mirror.applied(JSON.parse(body) as object)) onEffect(effect);
    }
    if (operation === '/set') this.mirror.parts.created(JSON.parse(body) as never);
    if (operation === '/entity/set') {
      const item = JSON.parse(body) as { key: string; entityName: string; value: never };
      if (item.entityName === HEAD_ENTITY) onEffect(this.mirror.created(item.key, item.value));
    }
    return answer;
  }
}
