import { wireErrorSchema } from '../../checklist/index.ts';

/** `unreachable`: no answer came. `unreadable`: an answer came that is not Tally's. Others are the wire's codes. */
export type HostErrorCode = 'unreachable' | 'unreadable' | (string & {});

/** Codes after which the same call may succeed later without any change by the user. */
const PASSING: ReadonlySet<string> = new Set([
  'unreachable',
  'unreadable',
  'database_unavailable',
  'forge_unreachable',
  'handover_in_progress',
  'keys_unavailable',
  'site_unavailable',
  'timed_out',
]);

/** Why a call of the host failed, in words a user can read. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;
  /** What the user can do, a sentence. */
  readonly next: string;

  constructor(code: HostErrorCode, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
  }

  /** Whether the same call may succeed later without any change by the user. */
  get isPassing(): boolean {
    return PASSING.has(this.code);
  }
}

/** No answer: offline, timed out, or the frame is gone. */
export function unreachable(cause: unknown): HostError {
  return new HostError(
    'unreachable',
    'Tally cannot be reached right now.',
    'Check your connection, then try again.',
    { cause },
  );
}

/** An answer that does not have the agreed shape. Never shown as if it were empty. */
export function unreadable(cause: unknown): HostError {
  return new HostError(
    'unreadable',
    'Tally gave an answer this page does not understand.',
    'Reload the page. If it stays, write to support.',
    { cause },
  );
}

/** Reads the error body of the JSON API. */
export function fromWire(body: unknown): HostError {
  const result = wireErrorSchema.safeParse(body);
  if (!result.success) return unreadable(result.error);
  const { code, message, next } = result.data.error;
  return new HostError(code, message, next ?? 'Try again.');
}

/** Any thrown value as a `HostError`. */
export function asHostError(error: unknown): HostError {
  return error instanceof HostError ? error : unreachable(error);
}
