export type JiraErrorCode =
  | 'UNKNOWN_SITE'
  | 'UNKNOWN_PROJECT'
  | 'UNKNOWN_ISSUE'
  | 'UNKNOWN_PERMISSION'
  | 'UNKNOWN_TRANSITION'
  | 'UNKNOWN_RULE'
  | 'UNKNOWN_MODULE'
  | 'UNKNOWN_DASHBOARD'
  | 'UNKNOWN_GADGET'
  | 'CONFIGURATION_TOO_LARGE'
  | 'STORE_VERSION';

/** A door of Jira was used with something that is not there. REST calls never throw it: they answer as Jira does. */
export class JiraError extends Error {
  readonly code: JiraErrorCode;

  constructor(code: JiraErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JiraError';
    this.code = code;
  }
}
