/**
 * The caller must not get an answer. An HTTP border drops the connection (`drop`), or says nothing until the caller gives up
 * (`hang`). Its code is that of a dropped connection, so that a border without a socket looks the same to its caller.
 */
export class LostError extends Error {
  readonly code = 'ECONNRESET';
  readonly silence: 'drop' | 'hang';

  constructor(what: string, silence: 'drop' | 'hang' = 'drop') {
    super(`The connection was lost: ${what}.`);
    this.name = 'LostError';
    this.silence = silence;
  }
}
