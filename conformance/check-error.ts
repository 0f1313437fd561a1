/** Why a check did not pass, with what to look at next. */
export class CheckError extends Error {
  readonly code = 'CHECK_FAILED';
  /** What a process wrote, for the person who has to find out. */
  readonly output: string | undefined;

  constructor(message: string, output?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CheckError';
    this.output = output;
  }
}
