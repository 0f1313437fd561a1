// The control page's script: sends forms without reloading, keeps the page fresh, lets the clock tick.

const REFRESH_MS = 2_000;

interface Reply {
  readonly message?: string;
}

/** Shows the page as it is now. A part that somebody is working in stays as it is. */
async function refresh(): Promise<void> {
  const response = await fetch(location.pathname, { headers: { accept: 'text/html' } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const next = fresh.getElementById(part.id);
    if (next === null || isInUse(part)) continue;
    for (const details of part.querySelectorAll<HTMLDetailsElement>('details[open][id]')) {
      next.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute('open', '');
    }
    if (part.innerHTML !== next.innerHTML) part.replaceChildren(...next.childNodes);
  }
  limitKinds();
}

/** Whether a field in it has the focus or an unsent value. */
function isInUse(part: HTMLElement): boolean {
  if (part.contains(document.activeElement) && document.activeElement?.matches('input, select')) {
    return true;
  }
  return [...part.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')].some(
    (field) => field.dataset['touched'] !== undefined,
  );
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value === 'string') body.append(name, value);
  }
  const buttons = form.querySelectorAll('button');
  for (const each of buttons) each.disabled = true;
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body,
    });
    const { message = '' } = (await response.json()) as Reply;
    say(message, response.ok);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), false);
  } finally {
    for (const each of buttons) each.disabled = false;
    for (const field of form.querySelectorAll<HTMLElement>('[data-touched]')) {
      delete field.dataset['touched'];
    }
    form.closest<HTMLDetailsElement>('.ctl-popover')?.removeAttribute('open');
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    await refresh();
  }
}

function say(message: string, isGood: boolean): void {
  const flags = document.getElementById('flags');
  if (flags === null || message === '') return;
  const flag = document.createElement('div');
  flag.className = `flag ${isGood ? 'flag-success' : 'flag-error'}`;
  flag.textContent = message;
  flags.append(flag);
  setTimeout(() => flag.remove(), isGood ? 4_000 : 12_000);
}

/** Offers only the faults that can happen at the chosen border. */
function limitKinds(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('#faults form')) {
    const border = form.querySelector<HTMLSelectElement>('select[name=border]');
    const kind = form.querySelector<HTMLSelectElement>('select[name=kind]');
    if (border === null || kind === null) continue;
    for (const option of kind.options) {
      const places = option.dataset['borders']?.split(' ') ?? [];
      const isPossible = border.value === 'all' || places.includes(border.value);
      option.hidden = !isPossible;
      option.disabled = !isPossible;
    }
    if (kind.selectedOptions[0]?.disabled === true) {
      kind.value = [...kind.options].find(({ disabled }) => !disabled)?.value ?? '';
    }
  }
}

function tick(): void {
  const time = document.querySelector<HTMLElement>('.ctl-now');
  if (time === null) return;
  const { now, machineNow, speed } = time.dataset;
  const site = Number(now) + (Date.now() - Number(machineNow)) * Number(speed);
  time.textContent = new Date(site).toISOString().slice(0, 19).replace('T', ' ');
}

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.action.includes('/_local/control/')) return;
  event.preventDefault();
  void send(form, event.submitter);
});
document.addEventListener('click', ({ target }) => {
  for (const popover of document.querySelectorAll<HTMLDetailsElement>('.ctl-popover[open]')) {
    if (!popover.contains(target as Node)) popover.open = false;
  }
});
document.addEventListener('input', ({ target }) => {
  if (target instanceof HTMLElement && target.closest('.ctl') !== null) {
    target.dataset['touched'] = '';
    limitKinds();
  }
});
setInterval(tick, 250);
setInterval(() => {
  if (document.visibilityState === 'visible') void refresh().catch(() => undefined);
}, REFRESH_MS);
limitKinds();
