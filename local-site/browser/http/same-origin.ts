import type { IncomingMessage } from 'node:http';

/**
 * Whether a request may act in the name of the person looking. All ports of localhost share their cookies, so that a
 * frame of the app could otherwise write to Jira as that person. Browsers send `Origin` with everything but plain reads;
 * programs that send none act for themselves.
 */
export function isSameOrigin(request: IncomingMessage, origin: string): boolean {
  const from = request.headers.origin;
  return from === undefined || from === origin;
}
