import type { ObjectReference } from './messages.ts';

type Method = (...args: unknown[]) => unknown;

/** Objects that the host gave to a frame: the frame holds their number, the methods stay here. */
export class HostObjects {
  readonly #methods = new Map<number, Readonly<Record<string, Method>>>();
  #last = 0;

  /** Makes an answer that carries methods. */
  give(
    props: Readonly<Record<string, unknown>>,
    methods: Readonly<Record<string, Method>>,
  ): ObjectReference {
    const id = ++this.#last;
    this.#methods.set(id, methods);
    return { $object: id, props, methods: Object.keys(methods) };
  }

  /** Calls a method for the frame. */
  call(id: number, method: string, args: readonly unknown[]): unknown {
    const found = this.#methods.get(id)?.[method];
    if (found === undefined) throw new Error(`The host object has no method ${method}.`);
    return found(...args);
  }
}
