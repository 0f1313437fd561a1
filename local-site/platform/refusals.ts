import type { Answer } from '../types.ts';

const NAMES: Readonly<Record<number, string>> = {
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_SERVER_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};

/**
 * How storage refuses a call that it did not perform. The codes of 429 are documented, which when is not (forge-storage
 * facts, section 6); a 5xx in storage's own form is our reading.
 */
export function storageRefusal(operation: string, status: number): Answer {
  const general = status === 429 && operation !== '/transaction';
  const code = general ? 'RATE_LIMIT_EXCEEDED' : (NAMES[status] ?? 'INTERNAL_SERVER_ERROR');
  return { status, body: { code, message: `The request was not performed (${status}).` } };
}

/** How Jira's REST API refuses a call that it did not perform. Its 429 says how long to wait. */
export function jiraRefusal(status: number): Answer {
  return {
    status,
    body: { errorMessages: [`The request was not performed (${status}).`], errors: {} },
    ...(status === 429 ? { headers: { 'retry-after': '5' } } : {}),
  };
}
