import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connectModules } from './connect-modules.ts';
import { backendAddresses, declaredPermissions } from './declared-permissions.ts';
import { entitySchemas } from './entity-schemas.ts';
import type { Endpoint, EnvironmentType, ForgeApp, ForgeFunction, Remote } from './forge-app.ts';
import { forgeModules } from './forge-modules.ts';
import type { Finding } from './manifest-file.ts';
import { isRegion, scopeNames } from './manifest-schema.ts';
import type { Manifest } from './manifest-schema.ts';
import { pagePermissions } from './page-permissions.ts';
import { readManifestFile } from './read-manifest.ts';
import { readTargets } from './targets.ts';
import { uiModules } from './ui-modules.ts';

/** What the platform decides when it takes a version in. */
export interface VersionFacts {
  readonly version: string;
  readonly environmentId: string;
  /** Default: `development`. */
  readonly environment?: string;
  readonly environmentType?: EnvironmentType;
  readonly reasons?: readonly string[];
}

/**
 * Reads the app folder as a deploy would: manifest.yml and the built handler files. Runs no code of the app.
 *
 * @throws AppError; `bundle_missing` when a handler's built file is not there.
 */
export async function readApp(
  appDir: string,
  variables: Readonly<Record<string, string>>,
  facts: VersionFacts,
): Promise<ForgeApp> {
  const file = await readManifestFile(appDir, variables);
  const { manifest } = file;
  const bundleDir = resolve(appDir, manifest.app.package?.path ?? 'src');
  const remotes = keyed((manifest.remotes ?? []).map(toRemote));
  const modules = manifest.modules ?? {};
  const functions = keyed((modules.function ?? []).map(toFunction));
  const endpoints = keyed((modules.endpoint ?? []).flatMap(toEndpoint));
  const { targets, findings } = readTargets(modules, functions, endpoints);
  file.refuse(findings);
  file.refuse(missingFiles(manifest, bundleDir), 'bundle_missing');
  const permissions = declaredPermissions(manifest, remotes);
  const connectRemote = manifest.app.connect?.remote;
  return {
    environment: 'development',
    environmentType: 'DEVELOPMENT',
    reasons: [],
    ...facts,
    appId: manifest.app.id,
    connectKey: manifest.app.connect?.key ?? '',
    connectRemote,
    connectBaseUrl: remotes.get(connectRemote ?? '')?.baseUrl ?? '',
    connectModules: connectModules(manifest),
    uiModules: uiModules(modules, endpoints),
    forgeModules: forgeModules(modules),
    entities: entitySchemas(manifest),
    licensed: manifest.app.licensing?.enabled === true,
    bundleDir,
    memoryMB: manifest.app.runtime?.memoryMB ?? 512,
    scopes: new Set(scopeNames(manifest)),
    permissions,
    functions,
    endpoints,
    remotes,
    ...targets,
    moduleTypes: new Set(Object.keys(modules)),
    resources: (manifest.resources ?? []).map(({ key, path }) => ({
      key,
      folder: resolve(appDir, path),
    })),
    ...pagePermissions(manifest, permissions),
    egress: backendAddresses(permissions),
    variables,
  };
}

function keyed<T extends { readonly key: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.key, item]));
}

function toRemote(remote: NonNullable<Manifest['remotes']>[number]): Remote {
  const { baseUrl = '' } = remote;
  const urls = typeof baseUrl === 'string' ? { default: baseUrl } : baseUrl;
  const stores = remote.operations?.includes('storage') === true;
  return {
    key: remote.key,
    baseUrl: withoutSlash(urls.default),
    regions: new Map(
      Object.entries(urls).flatMap(([name, url]): [string, string][] =>
        isRegion(name) && typeof url === 'string' ? [[name, withoutSlash(url)]] : [],
      ),
    ),
    operations: remote.operations,
    inScopeEUD: remote.operations === undefined || (stores && remote.storage?.inScopeEUD === true),
    configurable: remote.configurable !== undefined,
    systemToken: remote.auth?.appSystemToken?.enabled === true,
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

type Modules = NonNullable<Manifest['modules']>;

function toFunction(module: NonNullable<Modules['function']>[number]): ForgeFunction {
  const { key, handler, timeoutSeconds, runtime } = module;
  return { key, handler, timeoutSeconds, memoryMB: runtime?.memoryMB };
}

/** Endpoints of a container service have no remote; they are left out. */
function toEndpoint(module: NonNullable<Modules['endpoint']>[number]): Endpoint[] {
  if (module.remote === undefined) return [];
  return [
    {
      key: module.key,
      remoteKey: module.remote,
      path: module.route?.path ?? '/',
      systemToken: module.auth?.appSystemToken?.enabled === true,
    },
  ];
}

/** What the build should have made: a file for each handler. Folders of resources are looked at by the Forge CLI only. */
function missingFiles(manifest: Manifest, bundleDir: string): Finding[] {
  const files = (manifest.modules?.function ?? []).map(({ handler }, index) => {
    const file = join(bundleDir, handler.slice(0, handler.lastIndexOf('.')));
    const isThere = ['.js', '.cjs'].some((extension) => existsSync(file + extension));
    return { path: ['modules', 'function', index, 'handler'], file: `${file}.js`, isThere };
  });
  return files
    .filter(({ isThere }) => !isThere)
    .map(({ path, file }) => ({
      path,
      message: `${file} is not there. Build the app first: npm run build`,
    }));
}
