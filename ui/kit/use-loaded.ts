import { useCallback, useEffect, useRef, useState } from 'react';
import type { HostError } from '../hosts/host-error.ts';
import { asHostError } from '../hosts/host-error.ts';

/**
 * A value that is read from the host. `value` null means not known; with `failure` beside a value, the value is the last known one, as
 * of `asOf`.
 */
export interface Loaded<T> {
  readonly value: T | null;
  readonly failure: HostError | null;
  readonly asOf: Date | null;
  readonly reload: () => Promise<void>;
  /** Replaces the value by one the host just answered with. */
  readonly accept: (value: T) => void;
}

/** Reads at once, and again on `reload`. `read` may change between renders; the latest is used. */
export function useLoaded<T>(read: () => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState<HostError | null>(null);
  const [asOf, setAsOf] = useState<Date | null>(null);
  const latest = useRef(read);
  latest.current = read;

  const accept = useCallback((fresh: T) => {
    setValue(fresh);
    setFailure(null);
    setAsOf(new Date());
  }, []);
  const reload = useCallback(async () => {
    try {
      accept(await latest.current());
    } catch (error) {
      setFailure(asHostError(error));
    }
  }, [accept]);
  useEffect(() => void reload(), [reload]);
  return { value, failure, asOf, reload, accept };
}
