import { connectFile } from './host-files.ts';
import { scriptSource } from './script-source.ts';

/**
 * What stands for `https://connect-cdn.atl-paas.net/all.js`: the published `iframe.js`, told that its CDN is here, and
 * our request part behind it (in production that part comes from a package that is not on npm).
 *
 * @throws when a new version of atlassian-connect-js no longer names its CDN the way this expects.
 */
export function allJs(siteUrl: string): string {
  const host = replaceOnce(
    connectFile('iframe.js'),
    '"https://" + CDN_DOMAIN',
    JSON.stringify(`${siteUrl}/connect`),
  );
  const library = replaceOnce(
    host,
    "script[src*='/connect-cdn.atl-paas.net/all']",
    "script[src*='/connect/all']",
  );
  return [library, scriptSource('frame/ap-request.ts'), scriptSource('frame/ap-product.ts')].join(
    '\n',
  );
}

function replaceOnce(text: string, search: string, replacement: string): string {
  if (text.split(search).length !== 2) {
    throw new Error(`iframe.js of atlassian-connect-js does not contain ${search} exactly once.`);
  }
  return text.replace(search, () => replacement);
}
