import type { WireError } from '../checklist/wire-error.ts';

/**
 * Why a function could not answer. Stable: support pages and tests name these. Where the server gives a reason of its own
 * with a 5xx, its code is handed on instead.
 *
 * - `forbidden`: the user is no Jira administrator.
 * - `signed_out`: nobody is signed in.
 * - `site_unavailable`: Jira did not say whether the user may see the issue. Never taken for a yes.
 * - `forge_unreachable`: Forge's store gave no answer. Never shown as an empty checklist.
 * - `record_broken`: parts of a record are missing in Forge's store. Never shown shortened or empty.
 * - `handover_in_progress`: nobody is the authority for the moment, and that lasted longer than a page waits.
 * - `internal`: what no user can do anything about; the log has the reason.
 * - `admin_check_failed`: Jira did not say whether the user is one. Never taken for a yes.
 * - `unlinked_installation`: the server does not know yet which customer this site is.
 * - `unreachable`: no answer from Tally's server, or only from something in front of it.
 * - `refused`: the server answered and refuses this call.
 * - `unreadable`: the server's answer is not what was agreed.
 * - `export_too_large`: the export does not fit through a function.
 */
export type FunctionErrorCode =
  | 'forbidden'
  | 'signed_out'
  | 'site_unavailable'
  | 'forge_unreachable'
  | 'record_broken'
  | 'handover_in_progress'
  | 'internal'
  | 'admin_check_failed'
  | 'unlinked_installation'
  | 'unreachable'
  | 'refused'
  | 'unreadable'
  | 'export_too_large'
  | (string & {});

/** What an error tells besides its sentences. */
interface ErrorDetail {
  readonly field?: string | undefined;
  readonly limit?: number | undefined;
}

/** An error whose message and next step a user reads as they are. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly code: FunctionErrorCode;
  /** What the reader can do, a sentence. */
  readonly next: string;

  readonly #detail: ErrorDetail;

  constructor(
    code: FunctionErrorCode,
    message: string,
    next: string,
    cause?: unknown,
    detail: ErrorDetail = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.next = next;
    this.#detail = detail;
  }

  /** The body that the page understands, the same as the JSON API's. Leaves the cause behind. */
  toWire(): WireError {
    const { field, limit } = this.#detail;
    return {
      error: {
        ...{ code: this.code, message: this.message, next: this.next },
        ...(field === undefined ? {} : { field }),
        ...(limit === undefined ? {} : { limit }),
      },
    };
  }
}
