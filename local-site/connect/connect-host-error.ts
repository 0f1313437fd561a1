/** Why the Connect host could not do something. */
export type ConnectHostErrorCode =
  /** The descriptor could not be read or does not say what a Connect app needs. */
  | 'DESCRIPTOR_REFUSED'
  /** The app did not answer `installed` with 200 or 204 at a first installation. */
  | 'INSTALL_REFUSED'
  /** The app did not accept `installed` during an upgrade. The old installation stands. */
  | 'LIFECYCLE_HOOK_FAILED'
  /** The site has no installation of the app. */
  | 'NOT_INSTALLED'
  /** The module shows no page. */
  | 'MODULE_HAS_NO_PAGE';

/** An error of the Connect host with a stable code. */
export class ConnectHostError extends Error {
  readonly code: ConnectHostErrorCode;

  constructor(code: ConnectHostErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ConnectHostError';
    this.code = code;
  }
}
