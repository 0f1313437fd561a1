import type { ForgeFrame } from '../../page-data.ts';
import { frameIsLive } from '../frames.ts';
import { readPageData } from '../page-data.ts';
import { reportUnmodelled } from '../server.ts';
import { onOpen, whenVisible } from '../visibility.ts';
import { FramePort } from './frame-port.ts';
import type { Closable, FrameWorld } from './frame-world.ts';
import { HostObjects } from './host-objects.ts';
import type { FrameMessage } from './messages.ts';
import { openFrameDialog, openModal } from './modal.ts';
import { operations } from './operations.ts';

const data = readPageData();

/** Puts every Custom UI frame of the page into its element. */
export function mountForgeFrames(): void {
  for (const frame of data.forgeFrames) {
    const place = document.getElementById(frame.elementId);
    if (frame.opens !== undefined) {
      const { size } = frame.opens;
      onOpen(frame.elementId, () => {
        openFrameDialog(
          frame,
          { size, title: frame.title, onClose: () => undefined },
          mountForgeFrame,
        );
      });
    } else if (place !== null) {
      whenVisible(place, () => {
        mountForgeFrame(place, frame, undefined);
      });
    }
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
  element.title = frame.title;
  element.setAttribute('sandbox', frame.sandbox);
  // Which features Atlassian delegates is not in the documentation that can be read [?]: the least that apps are known to use.
  element.setAttribute('allow', 'clipboard-write');
  if (frame.height !== undefined) element.style.height = frame.height;
  const port = new FramePort(element, data.customUiOrigin);
  const reload = (): void => {
    life.abort();
    element.remove();
    mountForgeFrame(place, frame, closable);
  };
  let ask: (() => Promise<unknown>) | undefined;
  const world: FrameWorld = {
    frame,
    port,
    objects: new HostObjects(),
    signal: life.signal,
    closable,
    openModal: (options) => {
      openModal(frame, port, options, mountForgeFrame);
    },
    reload,
    setConfiguration: (configuration) => {
      ask = configuration;
    },
  };
  port.listen((message) => void hear(message, world, element), life.signal);
  element.src = frame.resourceUrl.endsWith('/')
    ? `${frame.resourceUrl}index.html`
    : frame.resourceUrl;
  place.append(element);
  if (closable === undefined) {
    frameIsLive(frame, {
      reload,
      configuration: async () => configurationOf(await ask?.()),
    });
  }
  return life;
}

/** `onConfigure` returns JSON as text; anything else means that the form is not ready to be saved. */
function configurationOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function hear(
  message: FrameMessage,
  world: FrameWorld,
  element: HTMLIFrameElement,
): Promise<void> {
  if (message.kind === 'height') {
    if (world.frame.height === undefined) element.style.height = `${Math.ceil(message.height)}px`;
    return;
  }
  if (message.kind === 'returned') return;
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
