import type { HostObjects } from './host-objects.ts';
import type { FramePort } from './frame-port.ts';
import type { ObjectReference } from './messages.ts';

interface AppLocation {
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly state: unknown;
}

/**
 * `view.createHistory()`: the app's routes stand below the page's own path, `/admin/upgrade/details` for the route
 * `/details` of the page `/admin/upgrade`.
 */
export function createPageHistory(
  pagePath: string,
  objects: HostObjects,
  port: FramePort,
  signal: AbortSignal,
): ObjectReference {
  const listeners: ((location: AppLocation, action: string) => void)[] = [];
  const tell = (action: string): void => {
    for (const listener of listeners) listener(current(pagePath), action);
  };
  window.addEventListener('popstate', () => tell('POP'), { signal });
  return objects.give(
    { location: current(pagePath), action: 'POP' },
    {
      listen: (callback) => {
        listeners.push(port.callable(callback));
      },
      push: (to, state) => {
        history.pushState(state, '', pagePath + pathOf(to));
        tell('PUSH');
      },
      replace: (to, state) => {
        history.replaceState(state, '', pagePath + pathOf(to));
        tell('REPLACE');
      },
      go: (delta) => {
        history.go(Number(delta));
      },
      goBack: () => {
        history.back();
      },
      goForward: () => {
        history.forward();
      },
    },
  );
}

function current(pagePath: string): AppLocation {
  const below = location.pathname.startsWith(pagePath)
    ? location.pathname.slice(pagePath.length)
    : '';
  const { search, hash } = location;
  return { pathname: below === '' ? '/' : below, search, hash, state: history.state as unknown };
}

function pathOf(to: unknown): string {
  const {
    pathname = '/',
    search = '',
    hash = '',
  } = typeof to === 'string' ? { pathname: to } : (to as Partial<AppLocation>);
  const path = pathname + search + hash;
  return path.startsWith('/') ? path : `/${path}`;
}
