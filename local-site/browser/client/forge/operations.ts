import type { ForgeFrame } from '../../page-data.ts';
import { showFlag } from '../flags.ts';
import { readPageData } from '../page-data.ts';
import { ask } from '../server.ts';
import { emit, on } from './emitter.ts';
import type { FramePort } from './frame-port.ts';
import type { HostObjects } from './host-objects.ts';
import { navigate, urlOf } from './navigation.ts';
import { createPageHistory } from './page-history.ts';
import { THEME_NAMES, themeSheet } from './theme.ts';

/** What an operation can reach. */
export interface FrameWorld {
  readonly frame: ForgeFrame;
  readonly port: FramePort;
  readonly objects: HostObjects;
  /** Ends when the frame goes. */
  readonly signal: AbortSignal;
  readonly openModal: (options: Readonly<Record<string, unknown>>) => void;
  /** Closes the view; false when it is not closable. */
  readonly closeView: (payload: unknown) => boolean;
  readonly onClose: (callback: () => void) => void;
}

type Payload = Readonly<Record<string, unknown>>;
type Operation = (payload: Payload, world: FrameWorld) => unknown;

const data = readPageData();
const flags = new Map<string, () => void>();

/** The operations of `@forge/bridge` that this host does. Everything else is refused and reported. */
export const operations: Readonly<Record<string, Operation>> = {
  getContext: (_payload, { frame }) => frame.context,
  invoke: atServer('invoke'),
  fetchProduct: atServer('fetchProduct'),
  fetchRemote: atServer('fetchRemote'),
  on: subscribe(''),
  onPublic: subscribe('public:'),
  emit: ({ event, payload }) => {
    emit(String(event), payload);
  },
  emitPublic: ({ event, payload }) => {
    emit(`public:${String(event)}`, payload);
  },
  createHistory: (_payload, { objects, port, signal }) =>
    createPageHistory(data.pagePath, objects, port, signal),
  navigate: (payload) => {
    navigate(payload);
  },
  getUrl: (payload) => urlOf(payload),
  reload: () => {
    location.reload();
  },
  changeWindowTitle: (title) => {
    document.title = text(title);
  },
  enableTheming: async (_payload, { port }) => {
    const css = await themeSheet();
    port.send({ kind: 'theme', colorMode: 'light', theme: THEME_NAMES, css });
  },
  showFlag: flag,
  closeFlag: ({ id }) => {
    flags.get(String(id))?.();
    return true;
  },
  openModal: (payload, world) => {
    world.openModal(payload);
    return true;
  },
  close: (payload, world) => world.closeView(payload),
  submit: (payload, world) => world.closeView(payload),
  onClose: (callback, { port, onClose }) => {
    onClose(port.callable(callback));
    return true;
  },
  refresh: () => true,
  refreshIssueView: () => {
    location.reload();
  },
  open: () => true,
  emitReadyEvent: () => undefined,
  getFrameId: (_payload, { frame }) => frame.elementId,
};

function atServer(operation: string): Operation {
  return async (payload, { frame }) => {
    const { moduleKey } = frame;
    const answer = await ask<{ result: unknown }>('bridge', { moduleKey, operation, payload });
    return answer.result;
  };
}

function subscribe(prefix: string): Operation {
  return ({ event, callback }, { objects, port, signal }) => {
    const end = on(prefix + String(event), port.callable(callback));
    signal.addEventListener('abort', end);
    return objects.give({}, { unsubscribe: end });
  };
}

function flag(payload: Payload, { port }: FrameWorld): boolean {
  const { id, title, description, type, isAutoDismiss, actions } = payload;
  const key = String(id);
  flags.get(key)?.();
  const close = showFlag({
    title: text(title),
    body: text(description),
    type: text(type),
    autoDismiss: isAutoDismiss === true,
    actions: (Array.isArray(actions) ? (actions as readonly Payload[]) : []).map((action) => ({
      text: text(action['text']),
      run: port.callable(action['onClick']),
    })),
    onClose: () => flags.delete(key),
  });
  flags.set(key, close);
  return true;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
