import type { Request } from 'express';
import jwt from 'atlassian-jwt';

/**
 * The query hashes a site may have signed for this request: over the query, and for POST and PUT with an empty query also
 * over the body's fields, as Atlassian's clients do.
 */
export function queryHashesOf(req: Request, baseUrl: string): string[] {
  const request = jwt.fromExpressRequest(req);
  const hashes = [jwt.createQueryStringHash(request, false, baseUrl)];
  if (req.method === 'POST' || req.method === 'PUT') {
    hashes.push(jwt.createQueryStringHash(request, true, baseUrl));
  }
  return hashes;
}
