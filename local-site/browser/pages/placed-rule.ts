import type { RuleModule } from '../../types.ts';
import type { Placed } from '../placements.ts';
import type { View } from '../view.ts';

/** The module of a rule as something that shows pages; undefined when it has none at all. */
export function placedRule(view: View, module: RuleModule | undefined): Placed | undefined {
  return view
    .placed('workflow')
    .find((each) => each.key === module?.module.key && each.kind === module.module.face);
}

/** Whether a module has the page for one purpose. */
export function hasEntry(placed: Placed | undefined, entry: 'view' | 'create' | 'edit'): boolean {
  if (placed === undefined) return false;
  if (placed.kind === 'forge') return placed.module.entries?.[entry] !== undefined;
  return placed.module.body[entry] !== undefined;
}
