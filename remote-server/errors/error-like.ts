/** What is read of a thrown value. Not `instanceof`: an error from another realm or a driver's own class counts as well. */
export interface ErrorLike {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly cause: unknown;
  /** The errors an AggregateError holds. */
  readonly errors: readonly unknown[];
}

/** The value as an error, or undefined when it has no message. */
export function errorLike(thrown: unknown): ErrorLike | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  if (!('message' in thrown) || typeof thrown.message !== 'string') return undefined;
  return {
    message: thrown.message,
    stack: 'stack' in thrown && typeof thrown.stack === 'string' ? thrown.stack : undefined,
    code: 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined,
    cause: 'cause' in thrown ? thrown.cause : undefined,
    errors: 'errors' in thrown && Array.isArray(thrown.errors) ? thrown.errors : [],
  };
}

/** A sentence for the log. */
export function messageOf(thrown: unknown): string {
  return errorLike(thrown)?.message ?? String(thrown);
}
