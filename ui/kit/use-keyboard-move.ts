import type { KeyboardEvent } from 'react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useAnnounce } from './announcer.tsx';

interface Grab {
  readonly id: string;
  readonly order: readonly string[];
  readonly handle: HTMLElement;
}

export interface KeyboardMove<T> {
  /** The items as they stand on the page, while one is carried as well. */
  readonly order: readonly T[];
  readonly grabbed: string | null;
  readonly onKeyDown: (id: string, event: KeyboardEvent<HTMLElement>) => void;
  readonly onBlur: (id: string, handle: HTMLElement) => void;
}

/**
 * Moving by keyboard: Space picks up, arrows carry (Home and End to the ends), Space or Enter drops, Escape and leaving put back.
 * Nothing is told to `onMove` before the drop. Every step is announced.
 */
export function useKeyboardMove<T extends { readonly id: string }>(
  items: readonly T[],
  nameOf: (item: T) => string,
  onMove: (id: string, after: string | null) => void,
): KeyboardMove<T> {
  const announce = useAnnounce();
  const [grab, setGrab] = useState<Grab | null>(null);
  const carrying = useRef(false);
  const lastHandle = useRef<HTMLElement | null>(null);

  const byId = new Map(items.map((item) => [item.id, item]));
  const ids = items.map(({ id }) => id);
  const current = grab && byId.has(grab.id) ? grab : null;
  const kept = current?.order.filter((id) => byId.has(id)) ?? [];
  const shown = current ? [...kept, ...ids.filter((id) => !kept.includes(id))] : ids;
  const order = shown.flatMap((id) => byId.get(id) ?? []);
  const nameOfId = (id: string): string => {
    const item = byId.get(id);
    return item ? nameOf(item) : '';
  };
  const place = (list: readonly string[], id: string): string =>
    `Position ${list.indexOf(id) + 1} of ${list.length}.`;

  // Moving a focused element in the document takes its focus away; give it back before anybody sees.
  useLayoutEffect(() => {
    const handle = grab?.handle ?? lastHandle.current;
    if (document.activeElement === document.body) handle?.focus();
    lastHandle.current = grab?.handle ?? null;
    carrying.current = false;
  }, [grab]);

  const carry = (from: Grab, to: number): void => {
    const at = shown.indexOf(from.id);
    const target = Math.max(0, Math.min(shown.length - 1, to));
    if (target === at) return;
    const next = shown.filter((id) => id !== from.id);
    next.splice(target, 0, from.id);
    carrying.current = true;
    setGrab({ ...from, order: next });
    announce(place(next, from.id));
  };
  const drop = ({ id }: Grab): void => {
    setGrab(null);
    const after = shown[shown.indexOf(id) - 1] ?? null;
    const stood = ids[ids.indexOf(id) - 1] ?? null;
    if (after !== stood) onMove(id, after);
    announce(`${nameOfId(id)}: dropped. ${place(shown, id)}`);
  };
  const putBack = ({ id }: Grab): void => {
    setGrab(null);
    announce(`${nameOfId(id)}: not moved. ${place(ids, id)}`);
  };

  const onKeyDown = (id: string, event: KeyboardEvent<HTMLElement>): void => {
    const { key } = event;
    if (!current) {
      if (key !== ' ') return;
      event.preventDefault();
      setGrab({ id, order: ids, handle: event.currentTarget });
      announce(
        `${nameOfId(id)}: picked up. ${place(ids, id)} Arrow keys move, space drops, escape cancels.`,
      );
      return;
    }
    const at = shown.indexOf(current.id);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowUp: () => carry(current, at - 1),
      ArrowDown: () => carry(current, at + 1),
      Home: () => carry(current, 0),
      End: () => carry(current, shown.length - 1),
      ' ': () => drop(current),
      Enter: () => drop(current),
      Escape: () => putBack(current),
    };
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const onBlur = (id: string, handle: HTMLElement): void => {
    if (current?.id !== id || carrying.current) return;
    setTimeout(() => {
      if (document.activeElement !== handle) setGrab((now) => (now?.id === id ? null : now));
    }, 0);
  };

  return { order, grabbed: current?.id ?? null, onKeyDown, onBlur };
}
