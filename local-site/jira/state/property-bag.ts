/**
 * Entity properties of something: an issue, a project, a dashboard item, the app. Reading is plain; every change tells the
 * state that there is something to keep.
 */
export interface PropertyBag {
  readonly properties: ReadonlyMap<string, unknown>;
  set(key: string, value: unknown): void;
  /** False when there was none. */
  delete(key: string): boolean;
}

/** A bag over a map; `changed` is called after each change. */
export function bagOf(properties: Map<string, unknown>, changed: () => void): PropertyBag {
  return {
    properties,
    set(key, value) {
      properties.set(key, value);
      changed();
    },
    delete(key) {
      const gone = properties.delete(key);
      if (gone) changed();
      return gone;
    },
  };
}
