/**
 * The platform refuses. Codes of calls: `unknown_module`, `unknown_remote`, `request_too_large`, `response_too_large`,
 * `redirect_refused`, `remote_timeout`, `remote_unreachable`, `delivery_failed`, `app_inactive`. Of installations:
 * `not_deployed`, `not_installed`, `already_installed`, `connect_key_taken`, `two_environments`, `indexing`, `unknown_version`,
 * `unknown_installation`, `relink_too_late`. Of upgrades: `nothing_pending`, `licence_suspended`, `elevated_privileges`,
 * `bulk_upgrade_running`. Of deploys: `connect_key_changed`, `connect_key_added`, `connect_key_removed`, `entity_deleted`,
 * `attribute_deleted`, `attribute_changed`, `index_deleted`, `backport_is_major`, `environment_name`, `path_outside`. Of the
 * lives of tenants: `approval_needed`, `connect_key_differs`, `unknown_region`, `wrong_site`.
 */
export class PlatformError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlatformError';
    this.code = code;
  }
}
