export interface FlagAction {
  readonly text: string;
  readonly run: () => void;
}

export interface Flag {
  readonly title: string;
  readonly body?: string | undefined;
  readonly type: string;
  readonly actions: readonly FlagAction[];
  /** Whether it goes by itself after some seconds. */
  readonly autoDismiss?: boolean | undefined;
  readonly onClose?: (() => void) | undefined;
}

const AUTO_DISMISS_MS = 8_000;

/** Shows a flag in the corner of the page. The returned function takes it away; again does nothing. */
export function showFlag(flag: Flag): () => void {
  const element = document.createElement('div');
  element.className = `flag flag-${flag.type}`;
  const title = document.createElement('strong');
  title.textContent = flag.title;
  element.append(title);
  if (flag.body !== undefined && flag.body !== '') {
    const body = document.createElement('p');
    body.textContent = flag.body;
    element.append(body);
  }
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    element.remove();
    flag.onClose?.();
  };
  if (flag.actions.length > 0) element.append(actionsOf(flag.actions));
  element.append(closeButton(close));
  document.getElementById('flags')?.append(element);
  if (flag.autoDismiss === true) setTimeout(close, AUTO_DISMISS_MS);
  return close;
}

function actionsOf(actions: readonly FlagAction[]): HTMLElement {
  const row = document.createElement('div');
  row.className = 'flag-actions';
  for (const action of actions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = action.text;
    button.addEventListener('click', () => {
      action.run();
    });
    row.append(button);
  }
  return row;
}

function closeButton(close: () => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'flag-close';
  button.setAttribute('aria-label', 'Dismiss');
  button.textContent = '×';
  button.addEventListener('click', close);
  return button;
}
