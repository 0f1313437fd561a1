import type { ForgeFrame } from '../../page-data.ts';
import { openOverlay } from '../overlay.ts';
import type { FramePort } from './frame-port.ts';
import type { Closable, MountFrame } from './frame-world.ts';

/** [doc: Forge, Modal]. `max` and `fullscreen` fill the window. */
const SIZES: Readonly<Record<string, { width: string; height?: string; minHeight?: string }>> = {
  small: { width: '400px', height: '20vh', minHeight: '320px' },
  medium: { width: '600px', height: '40vh', minHeight: '520px' },
  large: { width: '800px', height: '70vh', minHeight: '720px' },
  xlarge: { width: '968px', height: '90vh' },
  max: { width: 'calc(100vw - 32px)', height: 'calc(100vh - 120px)' },
  fullscreen: { width: '100vw', height: '100vh' },
  resizable: { width: '600px' },
};

interface Dialog {
  readonly size: unknown;
  readonly title: string;
  readonly closeOnEscape?: boolean;
  readonly closeOnOverlayClick?: boolean;
  readonly onClose: (payload: unknown) => void;
}

/** Opens a resource of the app over the page: `Modal` of the bridge. */
export function openModal(
  opener: ForgeFrame,
  port: FramePort,
  options: Readonly<Record<string, unknown>>,
  mountFrame: MountFrame,
): void {
  const { size, title, resource, context, closeOnEscape, closeOnOverlayClick } = options;
  openFrameDialog(
    modalFrame(opener, resource, context),
    {
      size,
      title: typeof title === 'string' ? title : '',
      closeOnEscape: closeOnEscape !== false,
      closeOnOverlayClick: closeOnOverlayClick !== false,
      onClose: port.callable(options['onClose']),
    },
    mountFrame,
  );
}

/** Shows a frame in a dialog: a modal, or the page of an issue action. */
export function openFrameDialog(frame: ForgeFrame, dialog: Dialog, mountFrame: MountFrame): void {
  const { width, height, minHeight } = sizeOf(dialog.size);
  let result: unknown;
  const closeListeners: (() => void)[] = [];
  const overlay = openOverlay({
    label: dialog.title === '' ? 'Dialog' : dialog.title,
    heading: dialog.title,
    ...{ width, height, minHeight },
    closeOnEscape: dialog.closeOnEscape !== false,
    closeOnOverlayClick: dialog.closeOnOverlayClick !== false,
    closeButton: dialog.title !== '',
    onClose: () => {
      for (const listener of closeListeners) listener();
      mounted.abort();
      dialog.onClose(result);
    },
  });
  const closable: Closable = {
    close: (payload) => {
      result = payload;
      overlay.close();
    },
    onClose: (callback) => closeListeners.push(callback),
  };
  const shown = { ...frame, fullPage: false, height: height === undefined ? undefined : '100%' };
  const mounted = mountFrame(overlay.content, shown, closable);
}

function sizeOf(size: unknown): {
  width: string;
  height?: string | undefined;
  minHeight?: string | undefined;
} {
  if (typeof size === 'object' && size !== null) {
    const { width, height } = size as { width?: string; height?: string };
    return { width: width ?? '600px', height };
  }
  return SIZES[String(size)] ?? { width: '600px', height: '40vh', minHeight: '520px' };
}

/** `resource` may name an entry behind a slash: its page is `<entry>.html`. */
function modalFrame(opener: ForgeFrame, resource: unknown, context: unknown): ForgeFrame {
  const extension = opener.context['extension'] as object;
  const [key = '', entry] = typeof resource === 'string' ? resource.split('/') : [];
  return {
    ...opener,
    elementId: `${opener.elementId}-modal`,
    resourceUrl:
      key === ''
        ? opener.resourceUrl
        : new URL(
            `../${encodeURIComponent(key)}/${entry === undefined ? '' : `${entry}.html`}`,
            opener.resourceUrl,
          ).href,
    purpose: { ...opener.purpose, modal: context },
    context: { ...opener.context, extension: { ...extension, modal: context } },
  };
}
