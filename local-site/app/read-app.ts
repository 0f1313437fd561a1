import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ContentPermissions } from '../types.ts';
import { AppError } from './app-error.ts';
import { connectModules } from './connect-modules.ts';
import { egressAddresses } from './egress-addresses.ts';
import { entitySchemas } from './entity-schemas.ts';
import type { Endpoint, ForgeApp, ForgeFunction, Remote } from './forge-app.ts';
import type { Manifest } from './manifest-schema.ts';
import { readManifest } from './read-manifest.ts';
import { readTargets } from './targets.ts';
import { uiModules } from './ui-modules.ts';

/** What the platform decides when it takes a version in. */
export interface VersionFacts {
  readonly version: string;
  readonly environmentId: string;
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
  const manifest = await readManifest(appDir, variables);
  const bundleDir = resolve(appDir, manifest.app.package?.path ?? 'src');
  const remotes = keyed((manifest.remotes ?? []).map(toRemote));
  const modules = manifest.modules ?? {};
  const functions = keyed((modules.function ?? []).map(toFunction));
  const endpoints = keyed((modules.endpoint ?? []).flatMap(toEndpoint));
  for (const { handler } of functions.values()) requireBundle(bundleDir, handler);
  return {
    ...facts,
    appId: manifest.app.id,
    connectKey: manifest.app.connect?.key ?? '',
    connectBaseUrl: connectBaseUrl(manifest, remotes),
    connectModules: connectModules(manifest),
    uiModules: uiModules(modules, endpoints),
    entities: entitySchemas(manifest),
    bundleDir,
    memoryMB: manifest.app.runtime?.memoryMB ?? 512,
    scopes: new Set(manifest.permissions?.scopes ?? []),
    functions,
    endpoints,
    remotes,
    ...readTargets(modules, functions, endpoints),
    resources: (manifest.resources ?? []).map(({ key, path }) => ({
      key,
      folder: resolve(appDir, path),
    })),
    contentPermissions: contentPermissions(manifest),
    egress: egressAddresses(manifest, remotes),
    variables,
  };
}

function keyed<T extends { readonly key: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.key, item]));
}

function toRemote(remote: NonNullable<Manifest['remotes']>[number]): Remote {
  const baseUrl = typeof remote.baseUrl === 'string' ? remote.baseUrl : remote.baseUrl.default;
  return {
    key: remote.key,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    operations: remote.operations,
    systemToken: remote.auth?.appSystemToken?.enabled === true,
  };
}

type Modules = NonNullable<Manifest['modules']>;

function toFunction(module: NonNullable<Modules['function']>[number]): ForgeFunction {
  return { key: module.key, handler: module.handler, timeoutSeconds: module.timeoutSeconds };
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

function connectBaseUrl(manifest: Manifest, remotes: ReadonlyMap<string, Remote>): string {
  const key = manifest.app.connect?.remote;
  const remote = key === undefined ? undefined : remotes.get(key);
  if (remote !== undefined) return remote.baseUrl;
  if (manifest.connectModules === undefined) return '';
  throw new AppError(
    'manifest_invalid',
    `no remote found with key '${key ?? ''}' matching app.connect.remote value.`,
  );
}

function contentPermissions(manifest: Manifest): ContentPermissions {
  const { styles, scripts } = manifest.permissions?.content ?? {};
  return { ...(styles ? { styles } : {}), ...(scripts ? { scripts } : {}) };
}

function requireBundle(bundleDir: string, handler: string): void {
  const file = join(bundleDir, handler.slice(0, handler.lastIndexOf('.')));
  if (['.js', '.cjs'].some((extension) => existsSync(file + extension))) return;
  throw new AppError(
    'bundle_missing',
    `${file}.js is not there. Build the app first: npm run build`,
  );
}
