import { useSyncExternalStore } from 'react';
import type { Observable } from './observable.ts';

/** The observable's value, followed. */
export function useObservable<T extends object>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}
