import { showFlag } from '../flags.ts';
import { ask } from '../server.ts';
import { emit, on } from './emitter.ts';
import type { FrameWorld } from './frame-world.ts';
import { navigate, urlOf } from './navigation.ts';
import type { Operation, Payload } from './operation.ts';
import { COLOR_MODE, THEME_NAMES, themeSheet } from './theme.ts';
import { viewOperations } from './view-operations.ts';

const flags = new Map<string, () => void>();

/**
 * The operations that this host does; bridge-operations.ts lists the same names, and the test keeps the two together.
 * Everything else is refused and reported.
 */
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
  navigate: (payload) => navigate(payload),
  getUrl: (payload) => urlOf(payload),
  reload: () => {
    location.reload();
  },
  enableTheming: async (_payload, { port }) => {
    const css = await themeSheet();
    port.send({ kind: 'theme', colorMode: COLOR_MODE, theme: THEME_NAMES, css });
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
  ...viewOperations,
};

function atServer(operation: string): Operation {
  return async (payload, { frame }) => {
    const { moduleKey, purpose } = frame;
    const question = { moduleKey, purpose, location: location.href, operation, payload };
    return (await ask<{ result: unknown }>('bridge', question)).result;
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
