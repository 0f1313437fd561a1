import type { ServerResponse } from 'node:http';
import { sendAnswer } from '../../server.ts';
import type { ControlWorld } from '../control-parts.ts';

/** Characters that are gathered before they are sent. */
const PIECE = 256_000;

/**
 * `GET storage?site=<slug>`: everything that the installation on a site has stored, past all quotas, one JSON object a line. The last
 * line is `{"end":true}`: without it the answer is not whole. 404 where nothing is installed.
 */
export async function storedItems(
  { sites, store }: ControlWorld,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  const installationId = sites.get(url.searchParams.get('site') ?? '')?.installationId;
  if (installationId === undefined) {
    sendAnswer(response, { status: 404 });
    return;
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson;charset=UTF-8' });
  // All of it before anything else happens: a consistent picture.
  const pieces: string[] = [];
  let piece = '';
  for (const item of store.inspect(installationId)) {
    piece += `${JSON.stringify(item)}\n`;
    if (piece.length < PIECE) continue;
    pieces.push(piece);
    piece = '';
  }
  pieces.push(`${piece}{"end":true}\n`);
  for (const each of pieces) {
    if (response.write(each)) continue;
    const isGone = await new Promise<boolean>((resolve) => {
      response.once('drain', () => resolve(false));
      response.once('close', () => resolve(true));
    });
    if (isGone) return;
  }
  response.end();
}
