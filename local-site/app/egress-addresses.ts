import { AppError } from './app-error.ts';
import type { Remote } from './forge-app.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * Addresses that a function may `fetch`: `permissions.external.fetch.backend`, with `remote: <key>` turned into the
 * remote's base URL. Declaring a remote alone opens nothing for a plain fetch.
 *
 * @throws AppError `manifest_invalid` when an entry names an unknown remote.
 */
export function egressAddresses(
  manifest: Manifest,
  remotes: ReadonlyMap<string, Remote>,
): string[] {
  const backend = manifest.permissions?.external?.fetch?.backend ?? [];
  return backend.map((entry) => {
    if (typeof entry === 'string') return entry;
    if ('address' in entry && typeof entry.address === 'string') return entry.address;
    const key = String(entry.remote);
    const remote = remotes.get(key);
    if (remote === undefined) {
      throw new AppError(
        'manifest_invalid',
        `permissions.external.fetch.backend names the remote '${key}', which is not declared.`,
      );
    }
    return remote.baseUrl;
  });
}
