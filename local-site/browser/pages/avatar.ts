import { html } from './html.ts';
import type { Html } from './html.ts';

/** The round mark with a person's initials. */
export function avatar(name: string): Html {
  const initials = name
    .split(/\s+/)
    .map((word) => word.slice(0, 1))
    .join('')
    .slice(0, 2);
  const hue = (name.length * 7 + name.charCodeAt(0)) % 6;
  return html`<span class="avatar avatar-${hue}" aria-hidden="true">${initials}</span>`;
}
