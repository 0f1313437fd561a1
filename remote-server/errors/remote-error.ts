/** Every refusal or failure the remote answers with, and the HTTP status it stands for. The codes are part of the API. */
export const STATUS = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  unlinked_installation: 403,
  link_conflict: 403,
  not_found: 404,
  id_taken: 409,
  over_limit: 422,
  internal: 500,
  site_unavailable: 502,
  database_unavailable: 503,
  forge_unreachable: 503,
  handover_in_progress: 503,
  keys_unavailable: 503,
  record_broken: 503,
  timed_out: 503,
} as const;

/** Stable code of an answer that is not a success. */
export type RemoteErrorCode = keyof typeof STATUS;

/** What an error may tell besides its sentence. */
export interface RemoteErrorDetail {
  /** The field of the request that is wrong, as a dotted path. */
  readonly field?: string | undefined;
  /** The published limit that was passed. */
  readonly limit?: number | undefined;
  /** What the caller can do now. */
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error the remote answers with. Its message and detail reach the caller; its cause reaches only the log. An error
 * of any other class becomes one of these in `toRemoteError`, or a 500 that says nothing.
 */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: RemoteErrorCode;
  readonly field: string | undefined;
  readonly limit: number | undefined;
  readonly next: string | undefined;

  constructor(code: RemoteErrorCode, message: string, detail: RemoteErrorDetail = {}) {
    super(message, 'cause' in detail ? { cause: detail.cause } : undefined);
    this.code = code;
    this.field = detail.field;
    this.limit = detail.limit;
    this.next = detail.next;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
