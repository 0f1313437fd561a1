/**
 * What a local site has kept cannot be used. Codes: `state_unreadable` (the file is no state file, or was written by another
 * version), `state_damaged` (one record does not say what it should).
 */
export class StateError extends Error {
  readonly code: 'state_unreadable' | 'state_damaged';

  constructor(code: 'state_unreadable' | 'state_damaged', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StateError';
    this.code = code;
  }
}
