/** What a caller is told in GraphQL's own list of errors. `errorType` and `statusCode` are what the command line reads. */
export class ReleaseError extends Error {
  readonly code: string;
  /** As of HTTP: 4xx is the caller's fault, 5xx ours. The answer itself is always 200, as GraphQL wants it. */
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReleaseError';
    this.code = code;
    this.statusCode = statusCode;
  }
}
