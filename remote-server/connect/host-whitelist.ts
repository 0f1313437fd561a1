/** Whether the host of a site's address matches one of the patterns. `*` stands for one label. */
export function isWhitelisted(siteUrl: string, patterns: readonly string[]): boolean {
  let host: string;
  try {
    host = new URL(siteUrl).hostname;
  } catch {
    return false;
  }
  return patterns.some((pattern) => {
    const text = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]+');
    return new RegExp(`^${text}$`, 'i').test(host);
  });
}
