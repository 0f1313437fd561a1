export interface OverlayOptions {
  readonly label: string;
  /** Shown as a heading; empty means none. */
  readonly heading: string;
  readonly width: string;
  readonly height: string | undefined;
  readonly closeOnEscape: boolean;
  readonly closeOnOverlayClick: boolean;
  /** Smallest height of the content, in CSS. */
  readonly minHeight?: string | undefined;
  /** Whether a button closes it. */
  readonly closeButton?: boolean;
  /** Called once, whoever closes it. */
  readonly onClose: () => void;
}

export interface Overlay {
  /** Where the frame goes. */
  readonly content: HTMLElement;
  readonly footer: HTMLElement;
  close(): void;
}

/** Opens a modal dialog of the page, on the browser's own `<dialog>`: focus is kept inside and given back. */
export function openOverlay(options: OverlayOptions): Overlay {
  const dialog = document.createElement('dialog');
  dialog.className = 'overlay';
  dialog.setAttribute('aria-label', options.label);
  dialog.style.width = options.width;
  if (options.heading !== '' || options.closeButton === true) {
    dialog.append(headOf(options, () => dialog.close()));
  }
  const content = document.createElement('div');
  content.className = 'overlay-content';
  if (options.height !== undefined) content.style.height = options.height;
  if (options.minHeight !== undefined) content.style.minHeight = options.minHeight;
  const footer = document.createElement('div');
  footer.className = 'overlay-footer';
  dialog.append(content, footer);
  dialog.addEventListener('cancel', (event) => {
    if (!options.closeOnEscape) event.preventDefault();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog && options.closeOnOverlayClick) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    options.onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
  return {
    content,
    footer,
    close: () => {
      dialog.close();
    },
  };
}

function headOf(options: OverlayOptions, close: () => void): HTMLElement {
  const head = document.createElement('div');
  head.className = 'overlay-head';
  const heading = document.createElement('h2');
  heading.textContent = options.heading;
  head.append(heading);
  if (options.closeButton !== true) return head;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'icon-button';
  button.setAttribute('aria-label', 'Close');
  button.textContent = '×';
  button.addEventListener('click', close);
  head.append(button);
  return head;
}
