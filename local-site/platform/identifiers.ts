/** Last part of an ARI: `ari:cloud:ecosystem::installation/<uuid>` → `<uuid>`. */
export function bareId(ari: string): string {
  return ari.slice(ari.lastIndexOf('/') + 1);
}

export function installationAri(uuid: string): string {
  return `ari:cloud:ecosystem::installation/${uuid}`;
}

/** Names the environment in full, as a FIT does. */
export function environmentAri(appId: string, environmentId: string): string {
  return `ari:cloud:ecosystem::environment/${bareId(appId)}/${environmentId}`;
}

/** `installContext` of a function: the site it is installed on. */
export function siteAri(cloudId: string): string {
  return `ari:cloud:jira::site/${cloudId}`;
}

/** A UUID of the random form, from a repeatable source. For identities, never for secrets. */
export function uuidFrom(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(12, 16),
    text.slice(16, 20),
    text.slice(20),
  ].join('-');
}
