import type { UiModule } from '../types.ts';
import type { Endpoint } from './forge-app.ts';
import type { ManifestModules } from './manifest-schema.ts';

/**
 * Every module that shows a page of a Custom UI resource. A title that is an i18n reference is shown as its key; a
 * module without a title as its own key.
 */
export function uiModules(
  modules: ManifestModules,
  endpoints: ReadonlyMap<string, Endpoint>,
): UiModule[] {
  const found: UiModule[] = [];
  for (const [type, declared] of Object.entries(modules)) {
    if (!Array.isArray(declared)) continue;
    for (const module of declared as readonly Record<string, unknown>[]) {
      const { key, resource, resolver } = module;
      if (typeof key !== 'string' || typeof resource !== 'string') continue;
      const resolverFunction = memberText(resolver, 'function');
      const endpoint = endpoints.get(memberText(resolver, 'endpoint') ?? '');
      found.push({
        key,
        type,
        title: memberText(module, 'title') ?? memberText(module['title'], 'i18n') ?? key,
        resourceKey: resource.split('/')[0] ?? resource,
        ...(resolverFunction === undefined ? {} : { resolverFunction }),
        ...(endpoint === undefined ? {} : { resolverRemote: endpoint.remoteKey }),
      });
    }
  }
  return found;
}

function memberText(holder: unknown, name: string): string | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const value = (holder as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
