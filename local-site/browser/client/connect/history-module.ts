import { connectHost } from './connect-host.ts';
import type { ModuleCallback } from './connect-host.ts';

/**
 * `AP.history`: the app's state lives behind `#!` in the page's address. A callback of the library can be called once only,
 * so that `popState` is told by an event; frame/ap-product.ts has its other half.
 */
export function defineHistoryModule(): void {
  const listening = new Set<string>();
  connectHost.defineModule('history', {
    getState: (...args: unknown[]) => {
      const callback = args.at(-1) as ModuleCallback;
      callback(state());
    },
    pushState: (next: string) => {
      history.pushState(null, '', anchor(next));
    },
    replaceState: (next: string) => {
      history.replaceState(null, '', anchor(next));
    },
    go: (delta: number) => {
      history.go(delta);
    },
    back: () => {
      history.back();
    },
    forward: () => {
      history.forward();
    },
    popState: (callback: ModuleCallback) => {
      listening.add(callback._context.extension_id);
    },
  });
  window.addEventListener('popstate', () => {
    for (const id of listening) {
      connectHost.broadcastEvent(
        '_local_popstate',
        { id },
        { newURL: location.href, state: state() },
      );
    }
  });
}

function state(): string {
  return location.hash.startsWith('#!') ? location.hash.slice(2) : '';
}

function anchor(next: string): string {
  return next === '' ? location.pathname + location.search : `#!${next}`;
}
