/** A cache that never hands out what it was told is old. */
export interface FreshCache<V> {
  /** The value, from memory or loaded. A load that fails rejects and is not remembered; neither is an absent value. */
  get(key: string): Promise<V | undefined>;
  /** Forgets a key. A load of it that is under way is still answered to those who wait, but not kept. */
  drop(key: string): void;
  /** Forgets everything and keeps nothing until `resume`: nobody tells us of changes any more. */
  suspend(): void;
  /** From now on changes are told through `drop`. */
  resume(): void;
  readonly size: number;
}

/** How long, how many, and where from. */
export interface FreshCacheOptions<V> {
  readonly load: (key: string) => Promise<V | undefined>;
  /** Milliseconds an entry lives at most; a bound on the harm of a lost note. */
  readonly lifetime: number;
  /** Entries at most; the oldest goes first. */
  readonly max: number;
  readonly now: () => number;
}

interface Load<V> {
  readonly promise: Promise<V | undefined>;
  stale: boolean;
}

/**
 * Makes a bounded, short-lived cache that begins suspended. A load that began before a `drop` may have read the old row, so its
 * result is never kept; without that, a reader could put a rotated secret back.
 */
export function createFreshCache<V>(options: FreshCacheOptions<V>): FreshCache<V> {
  const entries = new Map<string, { readonly value: V; readonly until: number }>();
  const loads = new Map<string, Load<V>>();
  let suspended = true;

  const forget = (key: string): void => {
    entries.delete(key);
    const load = loads.get(key);
    if (load) load.stale = true;
    loads.delete(key);
  };

  const keep = (key: string, value: V): void => {
    entries.delete(key);
    if (entries.size >= options.max) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    entries.set(key, { value, until: options.now() + options.lifetime });
  };

  const start = (key: string): Load<V> => {
    const load: Load<V> = {
      stale: false,
      promise: options.load(key).then(
        (value) => {
          if (loads.get(key) === load) loads.delete(key);
          if (!load.stale && !suspended && value !== undefined) keep(key, value);
          return value;
        },
        (error: unknown) => {
          if (loads.get(key) === load) loads.delete(key);
          throw error;
        },
      ),
    };
    loads.set(key, load);
    return load;
  };

  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry !== undefined && entry.until > options.now()) return entry.value;
      return (loads.get(key) ?? start(key)).promise;
    },
    drop: forget,
    suspend() {
      suspended = true;
      entries.clear();
      for (const load of loads.values()) load.stale = true;
      loads.clear();
    },
    resume() {
      suspended = false;
    },
    get size() {
      return entries.size;
    },
  };
}
