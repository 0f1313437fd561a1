import type { RefObject } from 'react';
import { useEffect, useRef } from 'react';

/** Gives focus to an element when `active` ends, for instance to the text that was just edited in its place. */
export function useReturnFocus<T extends HTMLElement>(active: boolean): RefObject<T> {
  const target = useRef<T>(null);
  const was = useRef(active);
  useEffect(() => {
    if (was.current && !active) target.current?.focus();
    was.current = active;
  }, [active]);
  return target;
}
