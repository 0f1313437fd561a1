import { openOverlay } from '../overlay.ts';
import type { Overlay } from '../overlay.ts';
import { readPageData } from '../page-data.ts';
import { ask } from '../server.ts';
import { connectHost, provide } from './connect-host.ts';
import type { Extension } from './connect-host.ts';
import { frameOf } from './frame-of.ts';

interface Action {
  readonly identifier: string;
  readonly text: string;
  readonly hidden?: boolean;
  readonly disabled?: boolean;
  readonly onClick?: () => void;
}

interface DialogOptions {
  readonly header?: string | { readonly value: string };
  readonly width?: string;
  readonly height?: string;
  readonly chrome?: boolean;
  readonly closeOnEscape?: boolean;
  readonly actions?: readonly Action[];
}

let active: { readonly overlay: Overlay; readonly addonKey: string } | undefined;
const buttons = new Map<string, HTMLButtonElement>();

/** `AP.dialog`, which otherwise needs AUI: one dialog at a time, its page in a frame of the host library. */
export function provideDialogs(): void {
  provide('dialog', {
    create: (options: DialogOptions, extension: Extension) => void open(options, extension),
    close: () => active?.overlay.close(),
    isActiveDialog: (addonKey: string) => active?.addonKey === addonKey,
    createButton: addButton,
    setButtonDisabled: (name: string, disabled: boolean) => {
      const button = buttons.get(name);
      if (button !== undefined) button.disabled = disabled;
    },
    setButtonHidden: (name: string, hidden: boolean) => {
      const button = buttons.get(name);
      if (button !== undefined) button.hidden = hidden;
    },
    isButtonDisabled: (name: string) => buttons.get(name)?.disabled ?? false,
    isButtonHidden: (name: string) => buttons.get(name)?.hidden ?? false,
    toggleButton: (name: string) => {
      const button = buttons.get(name);
      if (button !== undefined) button.disabled = !button.disabled;
    },
  });
}

async function open(options: DialogOptions, extension: Extension): Promise<void> {
  const { header } = options;
  const heading = typeof header === 'object' ? header.value : (header ?? '');
  const overlay = openOverlay({
    label: heading === '' ? extension.key : heading,
    heading,
    width: options.width ?? '600px',
    height: options.height ?? '400px',
    closeOnEscape: options.closeOnEscape !== false,
    closeOnOverlayClick: false,
    onClose: () => {
      active = undefined;
      buttons.clear();
    },
  });
  active = { overlay, addonKey: extension.addon_key };
  if (options.chrome === true) for (const action of options.actions ?? []) addButton(action);
  const opener = frameOf(extension);
  const { url } = await ask<{ url: string }>('connect/url', {
    moduleKey: extension.key,
    purpose: opener?.purpose ?? {},
  });
  const { iframeAttributes } = connectHost.createExtension({
    ...extension,
    url,
    options: {
      ...extension.options,
      isDialog: true,
      sandbox: opener?.sandbox ?? readPageData().connectFrames[0]?.sandbox,
      origin: location.origin,
      hostOrigin: location.origin,
    },
  });
  const frame = document.createElement('iframe');
  for (const [name, value] of Object.entries(iframeAttributes)) frame.setAttribute(name, value);
  frame.title = heading === '' ? extension.key : heading;
  overlay.content.append(frame);
}

function addButton(action: Action): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = action.text;
  button.className = action.identifier === 'submit' ? 'primary' : '';
  button.hidden = action.hidden ?? false;
  button.disabled = action.disabled ?? false;
  button.addEventListener('click', () => {
    action.onClick?.();
    // Without a listener of its own the app expects `cancel` to close.
    if (action.identifier === 'cancel') active?.overlay.close();
  });
  buttons.set(action.identifier, button);
  active?.overlay.footer.append(button);
}
