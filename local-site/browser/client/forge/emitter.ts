type Listener = (payload: unknown) => void;

const listeners = new Map<string, Set<Listener>>();

/** Events between the app's frames on one page: `events.on` of the bridge. The returned function ends it. */
export function on(event: string, listener: Listener): () => void {
  const all = listeners.get(event) ?? new Set();
  listeners.set(event, all);
  all.add(listener);
  return () => all.delete(listener);
}

/** `events.emit` of the bridge. */
export function emit(event: string, payload: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(payload);
}
