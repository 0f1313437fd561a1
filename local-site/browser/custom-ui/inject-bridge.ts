/** The script that has to run before anything of the app: `@forge/bridge` looks for it while it loads. */
const BRIDGE = '<script src="/global-bridge.js"></script>';

/** Puts the bridge first into the head of an app's page, as Atlassian's CDN does. */
export function injectBridge(page: string): string {
  const head = /<head(?:\s[^>]*)?>/i.exec(page);
  if (head !== null) {
    const end = head.index + head[0].length;
    return page.slice(0, end) + BRIDGE + page.slice(end);
  }
  const root = /<html(?:\s[^>]*)?>/i.exec(page) ?? /<!doctype[^>]*>/i.exec(page);
  const end = root === null ? 0 : root.index + root[0].length;
  return `${page.slice(0, end)}<head>${BRIDGE}</head>${page.slice(end)}`;
}
