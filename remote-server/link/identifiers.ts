const INSTALLATION = 'ari:cloud:ecosystem::installation/';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The full ARI of an installation. Function events carry the bare UUID, tokens the ARI. */
export function installationAri(id: string): string {
  return UUID.test(id) ? `${INSTALLATION}${id.toLowerCase()}` : id;
}

/** `https://api.atlassian.com/ex/jira/<cloudId>` → the cloud id; undefined for any other shape. */
export function cloudIdOfApiBaseUrl(apiBaseUrl: string): string | undefined {
  return /\/ex\/[a-z]+\/([0-9a-f-]{36})\/?$/i.exec(apiBaseUrl)?.[1]?.toLowerCase();
}

/** An address as two channels can be compared by it: no trailing slash, host in lower case. */
export function comparableUrl(url: string): string | undefined {
  try {
    return new URL(url).href.replace(/\/+$/, '');
  } catch {
    return undefined;
  }
}
