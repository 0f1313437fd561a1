import type { DeclaredEgress, DeclaredPermissions, Remote } from './forge-app.ts';
import { egressList, scopeNames } from './manifest-schema.ts';
import type { Manifest, ManifestEgress } from './manifest-schema.ts';

/** What an admin agrees to: everything by which two versions are compared. */
export function declaredPermissions(
  manifest: Manifest,
  remotes: ReadonlyMap<string, Remote>,
): DeclaredPermissions {
  const { permissions, providers } = manifest;
  const { styles = [], scripts = [] } = permissions?.content ?? {};
  return {
    impersonating: impersonating(manifest),
    content: [
      ...styles.map((each) => `styles ${each}`),
      ...scripts.map((each) => `scripts ${each}`),
    ],
    egress: externalLists(permissions?.external ?? {}).flatMap(([kind, list]) =>
      list.flatMap((entry) => egressOf(kind, entry, remotes)),
    ),
    customerManagedEgress: permissions?.external?.configurable?.enabled === true,
    providers: new Map((providers?.auth ?? []).map(({ key, clientId = '' }) => [key, clientId])),
  };
}

/** Addresses that a function may `fetch`. Declaring a remote alone opens nothing for a plain fetch. */
export function backendAddresses({ egress }: DeclaredPermissions): string[] {
  return egress.filter(({ kind }) => kind === 'fetch.backend').map(({ address }) => address);
}

function impersonating(manifest: Manifest): string[] {
  const declared = manifest.permissions?.scopes ?? {};
  if (Array.isArray(declared)) return [];
  return scopeNames(manifest).filter((scope) => declared[scope]?.allowImpersonation === true);
}

/** `fonts`, `images` … and the two lists below `fetch`, by name. */
function externalLists(external: Readonly<Record<string, unknown>>): [string, ManifestEgress[]][] {
  const lists: [string, ManifestEgress[]][] = [];
  for (const [name, part] of Object.entries(external)) {
    if (name === 'configurable') continue;
    const parts: [string, unknown][] =
      name === 'fetch'
        ? Object.entries(part as Record<string, unknown>).map(([way, list]) => [
            `fetch.${way}`,
            list,
          ])
        : [[name, part]];
    for (const [kind, list] of parts) {
      const parsed = egressList.safeParse(list);
      if (parsed.success) lists.push([kind, parsed.data]);
    }
  }
  return lists;
}

/** A remote counts with every address that it has; what it is called does not matter. */
function egressOf(
  kind: string,
  entry: ManifestEgress,
  remotes: ReadonlyMap<string, Remote>,
): DeclaredEgress[] {
  const plain = { kind, category: undefined, inScopeEUD: false };
  if (typeof entry === 'string') return [{ ...plain, address: entry }];
  if (typeof entry.address === 'string') {
    const category = typeof entry.category === 'string' ? entry.category : undefined;
    // Documented default: true, and only analytics asks for it.
    const inScopeEUD = category !== undefined && entry.inScopeEUD !== false;
    return [{ kind, address: entry.address, category, inScopeEUD }];
  }
  const remote = remotes.get(String(entry.remote));
  if (remote === undefined) return [];
  return [remote.baseUrl, ...remote.regions.values()].map((address) => ({ ...plain, address }));
}
