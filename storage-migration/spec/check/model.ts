/**
 * A protocol as a transition system. The checker only ever sees it through this door, so every model of this folder can
 * be searched, mutated and replayed by the same tools.
 */
export interface Model<S> {
  readonly name: string;
  readonly initial: S;
  /** Calls `emit` once for every step possible in `state`, always in the same order. Never changes `state`. */
  steps(state: S, emit: Emit<S>): void;
  /** What is broken in `state`, in a few words; undefined when every invariant holds. */
  violation(state: S): string | undefined;
  /** A text that is equal for equal states and different for different ones. */
  encode(state: S): string;
  /** States that must stay reachable from wherever {@link Model.hasRoom} holds. */
  readonly goals?: Readonly<Record<string, (state: S) => boolean>>;
  /** False where only the model's bounds, not the protocol, keep a goal from being reached. */
  hasRoom?(state: S): boolean;
}

/** One step: its name (the name of the step in the code, with its bucket) and the state after it. */
export type Emit<S> = (action: string, next: S) => void;
