import type { LimitName } from './limits.ts';
import { LIMITS, limitSentence } from './limits.ts';

/** The kinds of thing a caller can name. */
export type Thing = 'issue' | 'list' | 'item' | 'template' | 'setting';

/** Everything that can be wrong with a request, closed: a border that translates it must handle each. */
export type ChecklistProblem =
  | { readonly code: 'not_found'; readonly what: Thing }
  | {
      readonly code: 'over_limit';
      readonly what: LimitName;
      /** The published maximum, so that the caller need not know the table. */
      readonly limit: number;
      readonly field?: string;
    }
  | { readonly code: 'id_taken'; readonly what: Thing; readonly field: string }
  | { readonly code: 'malformed'; readonly field: string; readonly reason: string };

/**
 * The only error the rules of a checklist throw on purpose. `code` is stable; `message` is a sentence a user may read; `next`
 * says what to do. It never carries the customer's text.
 */
export class ChecklistError extends Error {
  override readonly name = 'ChecklistError';
  readonly problem: ChecklistProblem;
  readonly next: string;

  constructor(problem: ChecklistProblem, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
    this.next = next;
  }

  get code(): ChecklistProblem['code'] {
    return this.problem.code;
  }
}

const THING_WORDS: Readonly<Record<Thing, string>> = {
  issue: 'issue',
  list: 'checklist',
  item: 'item',
  template: 'template',
  setting: 'setting',
};

/** The thing is not there, or not where the caller may look: both look the same from outside. */
export function notFound(what: Thing): ChecklistError {
  return new ChecklistError(
    { code: 'not_found', what },
    `This ${THING_WORDS[what]} does not exist here any more.`,
    'Reload to see what is there now.',
  );
}

/** A published limit would be crossed. Nothing was written and nothing is cut to fit. */
export function overLimit(what: LimitName, field?: string): ChecklistError {
  return new ChecklistError(
    { code: 'over_limit', what, limit: LIMITS[what], ...(field === undefined ? {} : { field }) },
    limitSentence(what),
    'Shorten or split it, then try again.',
  );
}

/** The client minted an id that already names something in this tenant. */
export function idTaken(what: Thing, field = 'id', options?: ErrorOptions): ChecklistError {
  return new ChecklistError(
    { code: 'id_taken', what, field },
    `The id of this ${THING_WORDS[what]} is already in use.`,
    'Send the request again with a new id, or without one.',
    options,
  );
}

/** The request cannot be read. `field` is the path of the first thing wrong, with dots. */
export function malformed(field: string, reason: string, options?: ErrorOptions): ChecklistError {
  return new ChecklistError(
    { code: 'malformed', field, reason },
    `The request is not valid at "${field}": ${reason}`,
    'Correct that field and send the request again.',
    options,
  );
}
