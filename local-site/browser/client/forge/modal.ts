import type { ForgeFrame } from '../../page-data.ts';
import { openOverlay } from '../overlay.ts';
import type { FramePort } from './frame-port.ts';

/** Widths of the named sizes of a Forge modal, in CSS; heights follow the frame unless the size fixes one. */
const SIZES: Readonly<Record<string, { width: string; height?: string }>> = {
  small: { width: '400px' },
  medium: { width: '600px' },
  large: { width: '800px' },
  xlarge: { width: '968px' },
  max: { width: 'calc(100vw - 64px)', height: 'calc(100vh - 120px)' },
  fullscreen: { width: '100vw', height: '100vh' },
  resizable: { width: '600px' },
};

type MountFrame = (
  place: HTMLElement,
  frame: ForgeFrame,
  closable: { close(payload: unknown): void; onClose(callback: () => void): void },
) => AbortController;

/** Opens a resource of the app over the page: `Modal` of the bridge. */
export function openModal(
  opener: ForgeFrame,
  port: FramePort,
  options: Readonly<Record<string, unknown>>,
  mountFrame: MountFrame,
): void {
  const { size, title, resource, context, closeOnEscape, closeOnOverlayClick } = options;
  const onClose = port.callable(options['onClose']);
  const { width, height } = sizeOf(size);
  let result: unknown;
  const closeListeners: (() => void)[] = [];
  const overlay = openOverlay({
    label: typeof title === 'string' && title !== '' ? title : 'Dialog',
    heading: typeof title === 'string' ? title : '',
    width,
    height,
    closeOnEscape: closeOnEscape !== false,
    closeOnOverlayClick: closeOnOverlayClick !== false,
    onClose: () => {
      for (const listener of closeListeners) listener();
      mounted.abort();
      onClose(result);
    },
  });
  const mounted = mountFrame(overlay.content, modalFrame(opener, resource, context, height), {
    close: (payload) => {
      result = payload;
      overlay.close();
    },
    onClose: (callback) => closeListeners.push(callback),
  });
}

function sizeOf(size: unknown): { width: string; height: string | undefined } {
  if (typeof size === 'object' && size !== null) {
    const { width, height } = size as { width?: string; height?: string };
    return { width: width ?? '600px', height };
  }
  const named = SIZES[String(size)] ?? { width: '600px' };
  return { width: named.width, height: named.height };
}

function modalFrame(
  opener: ForgeFrame,
  resource: unknown,
  context: unknown,
  height: string | undefined,
): ForgeFrame {
  const extension = opener.context['extension'] as object;
  return {
    ...opener,
    elementId: `${opener.elementId}-modal`,
    fullPage: false,
    fixedHeight: height !== undefined,
    resourceUrl:
      typeof resource === 'string'
        ? new URL(`../${encodeURIComponent(resource)}/`, opener.resourceUrl).href
        : opener.resourceUrl,
    context: { ...opener.context, extension: { ...extension, modal: context } },
  };
}
