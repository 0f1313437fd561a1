/**
 * A query that Jira answers with 400 (`JQL_REFUSED`, the message is Jira's), or one that Jira can read and the local site can't
 * (`JQL_NOT_MODELLED`, `what` is for the register).
 */
export class JqlError extends Error {
  readonly code: 'JQL_REFUSED' | 'JQL_NOT_MODELLED';

  constructor(code: JqlError['code'], message: string) {
    super(message);
    this.name = 'JqlError';
    this.code = code;
  }
}

export function refused(message: string): JqlError {
  return new JqlError('JQL_REFUSED', message);
}

export function notModelled(what: string): JqlError {
  return new JqlError('JQL_NOT_MODELLED', `JQL: ${what}`);
}
