/** A value that React can follow with `useSyncExternalStore`. Subclasses set parts of it; observers are told once per change. */
export class Observable<T extends object> {
  #state: T;
  readonly #observers = new Set<() => void>();

  constructor(state: T) {
    this.#state = state;
  }

  readonly get = (): T => this.#state;

  readonly subscribe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  protected set(part: Partial<T>): void {
    this.#state = { ...this.#state, ...part };
    for (const observer of this.#observers) observer();
  }
}
