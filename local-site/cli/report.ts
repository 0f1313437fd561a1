import type { LocalSite } from '../local-site.ts';
import type { UnmodelledCall } from '../types.ts';

/** What a remote must be told, as environment variables. Connect's own name where a library reads it, ours elsewhere. */
export function environmentOf({ urls, release }: LocalSite): Readonly<Record<string, string>> {
  return {
    FORGE_GRAPHQL_GATEWAY: release.gateway,
    FORGE_RUNTIME_PATH: release.runtimePath,
    CONNECT_KEYS_CDN_URL: urls.installKeys,
    HOST_SCRIPT_URL: urls.hostScript,
    FORGE_JWKS_URL: urls.jwks,
    FORGE_STORAGE_URL: urls.storage,
    FORGE_API_HOST: urls.platform,
  };
}

/** What `--json` prints when everything listens. */
export function readyObject(local: LocalSite): object {
  const { app } = local.platform;
  return {
    ready: true,
    urls: local.urls,
    env: environmentOf(local),
    ...(app === undefined ? {} : { app: { id: app.appId, version: app.version } }),
    sites: [...local.sites.values()].map(({ slug, baseUrl, cloudId, generation }) => ({
      slug,
      url: baseUrl,
      cloudId,
      generation,
    })),
  };
}

/** The same for people. */
export function readyText(local: LocalSite): string {
  const { app } = local.platform;
  const variables = Object.entries(environmentOf(local));
  const wide = Math.max(...variables.map(([name]) => name.length));
  return [
    'The local site is ready.',
    '',
    ...[...local.sites.values()].map(
      (site) => `  ${site.slug}: ${site.baseUrl} (${site.generation})`,
    ),
    `  platform: ${local.urls.platform}`,
    `  Custom UI: ${local.urls.customUi}`,
    ...(app === undefined ? [] : [`  app: ${app.appId}, version ${app.version}`]),
    '',
    'Start your server with:',
    '',
    ...variables.map(([name, value]) => `  ${name.padEnd(wide)}  ${value}`),
    '',
    'Ctrl-C ends it.',
  ].join('\n');
}

/** What was called and is not modelled, for people; empty when there is nothing. */
export function unmodelledText(calls: readonly UnmodelledCall[]): string {
  if (calls.length === 0) return '';
  return [
    'These calls are not modelled. Each was answered with 501:',
    ...calls.map(({ room, what, count }) => `  ${room}: ${what} (${count})`),
  ].join('\n');
}
