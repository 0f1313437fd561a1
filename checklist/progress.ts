import type { List, Progress } from './wire.ts';

/** Counts over all lists of one issue. `required` and `openRequired` count mandatory items. */
export function progressOf(lists: readonly Pick<List, 'items'>[]): Progress {
  const progress = { done: 0, total: 0, required: 0, openRequired: 0 };
  for (const { items } of lists) {
    for (const { done, mandatory } of items) {
      progress.total += 1;
      if (done) progress.done += 1;
      if (mandatory) progress.required += 1;
      if (mandatory && !done) progress.openRequired += 1;
    }
  }
  return progress;
}
