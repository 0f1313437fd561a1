import { isFunctionReference, MARK } from './messages.ts';
import type { FrameMessage, HostMessage } from './messages.ts';

type Outgoing = HostMessage extends infer M
  ? M extends HostMessage
    ? Omit<M, 'mark'>
    : never
  : never;

/** The host's end of one frame: only this frame, only from the Custom UI origin. */
export class FramePort {
  readonly #frame: HTMLIFrameElement;
  readonly #origin: string;
  readonly #waiting = new Map<number, (message: FrameMessage & { kind: 'returned' }) => void>();
  #last = 0;

  constructor(frame: HTMLIFrameElement, origin: string) {
    this.#frame = frame;
    this.#origin = origin;
  }

  /** Hears what the frame says until the signal ends. Messages of other windows and other origins are not heard. */
  listen(hear: (message: FrameMessage) => void, signal: AbortSignal): void {
    const onMessage = (event: MessageEvent<FrameMessage | null>): void => {
      if (event.source !== this.#frame.contentWindow || event.origin !== this.#origin) return;
      const message = event.data;
      if (message?.mark !== MARK) return;
      if (message.kind === 'returned') {
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
      } else hear(message);
    };
    window.addEventListener('message', onMessage, { signal });
  }

  send(message: Outgoing): void {
    this.#frame.contentWindow?.postMessage({ mark: MARK, ...message }, this.#origin);
  }

  /** Calls a function that stays in the frame and waits for what it returns. Rejects with the message it threw. */
  async call(reference: unknown, ...args: unknown[]): Promise<unknown> {
    if (!isFunctionReference(reference)) return undefined;
    const id = ++this.#last;
    const returned = new Promise<FrameMessage & { kind: 'returned' }>((resolve) => {
      this.#waiting.set(id, resolve);
    });
    this.send({ kind: 'function', function: reference.$function, args, id });
    const { result, failed } = await returned;
    if (failed !== undefined) throw new Error(failed);
    return result;
  }

  /** A callable for a function that stays in the frame; anything else does nothing. */
  callable(reference: unknown): (...args: unknown[]) => void {
    return (...args) => {
      if (!isFunctionReference(reference)) return;
      this.send({ kind: 'function', function: reference.$function, args });
    };
  }
}
