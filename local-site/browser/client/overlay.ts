export interface OverlayOptions {
  readonly label: string;
  /** Shown as a heading; empty means none. */
  readonly heading: string;
  readonly width: string;
  readonly height: string | undefined;
  readonly closeOnEscape: boolean;
  readonly closeOnOverlayClick: boolean;
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
  if (options.heading !== '') {
    const heading = document.createElement('h2');
    heading.textContent = options.heading;
    dialog.append(heading);
  }
  const content = document.createElement('div');
  content.className = 'overlay-content';
  if (options.height !== undefined) content.style.height = options.height;
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
