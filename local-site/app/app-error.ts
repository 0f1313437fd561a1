/** One thing that is wrong with a manifest. `line` counts from 1 and is absent when the file has no such place. */
export interface ManifestProblem {
  readonly line: number | undefined;
  readonly message: string;
}

/**
 * The app folder cannot be deployed. `line` is the line in manifest.yml where that is known, counted from 1; `problems` are
 * all that were found, in the order of the file. Codes: `manifest_unreadable`, `manifest_invalid`, `variable_missing`,
 * `bundle_missing`.
 */
export class AppError extends Error {
  readonly code: string;
  readonly line: number | undefined;
  readonly problems: readonly ManifestProblem[];

  constructor(
    code: string,
    message: string,
    line?: number,
    options?: ErrorOptions & { readonly problems?: readonly ManifestProblem[] },
  ) {
    super(line === undefined ? message : `manifest.yml:${line} ${message}`, options);
    this.name = 'AppError';
    this.code = code;
    this.line = line;
    this.problems = options?.problems ?? [{ line, message }];
  }
}
