import type { Model } from './model.ts';
import type { NumberList } from './number-list.ts';

/** How each state was found: the place of the state before it, and which of its steps led here. */
export interface Ways {
  readonly parents: NumberList;
  readonly ordinals: NumberList;
}

/** The names of the steps on the way to a state, walked again from the start. */
export function traceTo<S>(model: Model<S>, ways: Ways, place: number): readonly string[] {
  const ordinals: number[] = [];
  for (let at = place; at !== 0; at = ways.parents.at(at)) ordinals.unshift(ways.ordinals.at(at));
  const trace: string[] = [];
  let state = model.initial;
  for (const ordinal of ordinals) {
    let count = 0;
    let step: { readonly action: string; readonly next: S } | undefined;
    model.steps(state, (action, next) => {
      if (count === ordinal) step = { action, next };
      count += 1;
    });
    if (step === undefined) throw new Error('The model gives other steps than during the search.');
    trace.push(step.action);
    state = step.next;
  }
  return trace;
}
