import { z } from 'zod';
import { frameId } from '../frames/build-page-data.ts';
import type { Shown } from '../frames/build-page-data.ts';
import type { Placed } from '../placements.ts';
import type { View } from '../view.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { icons } from './icons.ts';
import { origin } from './panel.ts';

const Target = z.object({
  type: z.string().optional(),
  options: z
    .object({ width: z.coerce.string().optional(), height: z.coerce.string().optional() })
    .optional(),
});
const Size = z.object({ width: z.string(), height: z.string().optional() });

/** The app's entries of the issue's menu. Each opens its page in a dialog. */
export function shownActions(view: View): readonly Shown[] {
  return view.placed('issue-action').map((placed) => ({ placed, opens: { size: sizeOf(placed) } }));
}

export function actionMenu(actions: readonly Shown[]): Html | undefined {
  if (actions.length === 0) return undefined;
  return html`<details class="menu">
    <summary aria-label="More actions">${icons.more}</summary>
    <div class="menu-list menu-list-left">
      ${actions.map(
        (action) =>
          html`<button type="button" data-opens="${frameId(action)}" disabled>
            ${icons.app}<span>${action.placed.title}</span>${origin(action.placed)}
          </button>`,
      )}
    </div>
  </details>`;
}

function sizeOf(placed: Placed): NonNullable<Shown['opens']>['size'] {
  if (placed.kind === 'forge') {
    const size = placed.module.body?.['viewportSize'];
    return typeof size === 'string' ? size : (Size.safeParse(size).data ?? 'medium');
  }
  const options = Target.safeParse(placed.module.body['target']).data?.options;
  return {
    width: cssLength(options?.width) ?? '600px',
    height: cssLength(options?.height) ?? '400px',
  };
}

/** Connect writes pixels as numbers. */
function cssLength(value: string | undefined): string | undefined {
  return value !== undefined && /^\d+$/.test(value) ? `${value}px` : value;
}
