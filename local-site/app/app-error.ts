/**
 * The app folder cannot be deployed. `line` is the line in manifest.yml where that is known, counted from 1.
 * Codes: `manifest_unreadable`, `manifest_invalid`, `variable_missing`, `bundle_missing`.
 */
export class AppError extends Error {
  readonly code: string;
  readonly line: number | undefined;

  constructor(code: string, message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `manifest.yml:${line} ${message}`, options);
    this.name = 'AppError';
    this.code = code;
    this.line = line;
  }
}
