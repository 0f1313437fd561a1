import type { ForgeFrame } from '../../page-data.ts';
import { readPageData } from '../page-data.ts';
import { reportUnmodelled } from '../server.ts';
import { FramePort } from './frame-port.ts';
import { HostObjects } from './host-objects.ts';
import type { FrameMessage } from './messages.ts';
import { openModal } from './modal.ts';
import { operations } from './operations.ts';
import type { FrameWorld } from './operations.ts';

/** As strict as production; the frame's own policy says the same. */
const SANDBOX =
  'allow-popups allow-popups-to-escape-sandbox allow-downloads allow-forms allow-modals ' +
  'allow-pointer-lock allow-same-origin allow-scripts';

interface Closable {
  close(payload: unknown): void;
  onClose(callback: () => void): void;
}

const data = readPageData();

/** Puts every Custom UI frame of the page into its element. */
export function mountForgeFrames(): void {
  for (const frame of data.forgeFrames) {
    const place = document.getElementById(frame.elementId);
    if (place !== null) mountForgeFrame(place, frame, undefined);
  }
}

function mountForgeFrame(
  place: HTMLElement,
  frame: ForgeFrame,
  closable: Closable | undefined,
): AbortController {
  const life = new AbortController();
  const element = document.createElement('iframe');
  element.className = 'forge-frame';
  element.title = frame.moduleKey;
  element.setAttribute('sandbox', SANDBOX);
  element.setAttribute('allow', 'clipboard-write');
  const port = new FramePort(element, data.customUiOrigin);
  const world: FrameWorld = {
    frame,
    port,
    objects: new HostObjects(),
    signal: life.signal,
    openModal: (options) => {
      openModal(frame, port, options, mountForgeFrame);
    },
    closeView: (payload) => {
      closable?.close(payload);
      return closable !== undefined;
    },
    onClose: (callback) => closable?.onClose(callback),
  };
  port.listen((message) => void hear(message, world, element), life.signal);
  element.src = `${frame.resourceUrl}index.html`;
  place.append(element);
  return life;
}

async function hear(
  message: FrameMessage,
  world: FrameWorld,
  element: HTMLIFrameElement,
): Promise<void> {
  if (message.kind === 'height') {
    if (!world.frame.fixedHeight) element.style.height = `${Math.ceil(message.height)}px`;
    return;
  }
  const { id } = message;
  try {
    const result =
      message.kind === 'method'
        ? world.objects.call(message.object, message.method, message.args)
        : operate(message.operation, message.payload, world);
    world.port.send({ kind: 'result', id, result: await result });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    world.port.send({ kind: 'failure', id, message: text });
  }
}

function operate(name: string, payload: unknown, world: FrameWorld): unknown {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) {
    reportUnmodelled('bridge', name);
    throw new Error(`The local site does not model the bridge operation ${name}.`);
  }
  return operation((payload ?? {}) as Readonly<Record<string, unknown>>, world);
}
