/** What the command line can refuse. Errors of the app, of Connect and of the plan of faults keep their own codes. */
export type CliErrorCode =
  'arguments_invalid' | 'app_missing' | 'file_unreadable' | 'switches_invalid' | 'site_invalid';

/** The command line cannot be carried out. `message` is a sentence with the next step. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
  }
}
