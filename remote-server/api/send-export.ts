import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/**
 * Sends the pieces as a download. The first data is read before anything is sent, so that a database that is down still
 * answers 503; a failure later cuts the connection, and the download is visibly incomplete.
 */
export async function sendExport(
  res: Response,
  pieces: AsyncGenerator<string>,
  filename: string,
): Promise<void> {
  const head: string[] = [];
  let done = false;
  while (head.length < 3 && !done) {
    const next = await pieces.next();
    if (next.done === true) done = true;
    else head.push(next.value);
  }
  res.setHeader('content-type', 'application/json; charset=utf-8');
  res.setHeader('content-disposition', `attachment; filename="${filename}"`);
  res.setHeader('cache-control', 'no-store');
  const all = async function* (): AsyncGenerator<string> {
    yield* head;
    yield* pieces;
  };
  await pipeline(Readable.from(all()), res);
}
