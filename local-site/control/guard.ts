import type { IncomingMessage } from 'node:http';
import { isSameOrigin } from '../browser/http/same-origin.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/**
 * Whether a request may see or change anything here: it comes from this machine, was addressed to this machine by name (a
 * foreign name that resolves to it would be another site's script), and no page of another origin sent it. Programs that
 * send no `Origin` act for themselves.
 */
export function mayControl(request: IncomingMessage, siteUrl: string): boolean {
  const { host = '', 'sec-fetch-site': from } = request.headers;
  const { port } = new URL(siteUrl);
  const here = [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`];
  if (!LOOPBACK.test(request.socket.remoteAddress ?? '') || !here.includes(host)) return false;
  // A person may follow a link to the page from anywhere; that request shows it to nobody else.
  const isVisit = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
  if (from !== undefined && !isVisit && from !== 'same-origin' && from !== 'none') return false;
  return isSameOrigin(request, siteUrl) || request.headers.origin === `http://${host}`;
}
