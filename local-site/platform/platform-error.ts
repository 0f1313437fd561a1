/**
 * The platform refuses. Codes: `not_deployed`, `not_installed`, `already_installed`, `unknown_module`, `unknown_remote`,
 * `request_too_large`, `response_too_large`, `redirect_refused`, `remote_timeout`, `remote_unreachable`,
 * `delivery_failed`.
 */
export class PlatformError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlatformError';
    this.code = code;
  }
}
