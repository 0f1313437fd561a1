/**
 * - `SOURCE_MISSING`: a file that should be built is not there.
 * - `DOES_NOT_COMPILE`: esbuild's own messages, with file and line.
 * - `HANDLER_NOT_EXPORTED`: manifest.yml names a function that forge-src/index.ts does not export.
 * - `PAGE_BROKEN`: a page refers to what is not there, or to what its frame will not allow.
 */
export type BuildErrorCode =
  'SOURCE_MISSING' | 'DOES_NOT_COMPILE' | 'HANDLER_NOT_EXPORTED' | 'PAGE_BROKEN';

/** Why a build ended. The message is for the person at the terminal. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: BuildErrorCode;

  constructor(code: BuildErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
