import { createHash } from 'node:crypto';
import { z } from 'zod';

const Content = z.object({ at: z.number().int().min(0), of: z.string(), until: z.number() });

/** The token of a next page: opaque, and only for the query that made it. `until` is epoch milliseconds. */
export function pageToken(at: number, query: string, until: number): string {
  return Buffer.from(JSON.stringify({ at, of: digest(query), until })).toString('base64url');
}

/** Where the page starts; undefined for a token that is not ours, is over, or belongs to another query. */
export function readPageToken(token: string, query: string, now: number): number | undefined {
  try {
    const json = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
    const content = Content.safeParse(json).data;
    if (content?.of !== digest(query) || content.until <= now) return undefined;
    return content.at;
  } catch {
    return undefined;
  }
}

function digest(query: string): string {
  return createHash('sha256').update(query).digest('base64url').slice(0, 12);
}
