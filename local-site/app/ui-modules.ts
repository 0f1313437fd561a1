import type { UiModule } from '../types.ts';
import type { Endpoint } from './forge-app.ts';
import type { ManifestModules } from './manifest-schema.ts';

const PURPOSES = ['view', 'create', 'edit'] as const;

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
      const { key, resolver } = module;
      const entries = entriesOf(module);
      const resourceKey = resourceKeyOf(module) ?? Object.values(entries)[0];
      if (typeof key !== 'string' || resourceKey === undefined) continue;
      const resolverFunction = memberText(resolver, 'function');
      const endpoint = endpoints.get(memberText(resolver, 'endpoint') ?? '');
      found.push({
        key,
        type,
        title: titleOf(module) ?? key,
        resourceKey,
        ...(Object.keys(entries).length === 0 ? {} : { entries }),
        body: module,
        ...(resolverFunction === undefined ? {} : { resolverFunction }),
        ...(endpoint === undefined ? {} : { resolverRemote: endpoint.remoteKey }),
      });
    }
  }
  return found;
}

/** Pages for one purpose each: `view`, `create` and `edit` of a workflow rule, `edit` of a gadget. */
function entriesOf(module: Readonly<Record<string, unknown>>): NonNullable<UiModule['entries']> {
  const entries: Partial<Record<(typeof PURPOSES)[number], string>> = {};
  for (const purpose of PURPOSES) {
    const resourceKey = resourceKeyOf(module[purpose]);
    if (resourceKey !== undefined) entries[purpose] = resourceKey;
  }
  return entries;
}

/** `resource` may name a file of the resource behind a slash. */
function resourceKeyOf(holder: unknown): string | undefined {
  return memberText(holder, 'resource')?.split('/')[0];
}

function titleOf(module: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of ['title', 'name']) {
    const title = memberText(module, name) ?? memberText(module[name], 'i18n');
    if (title !== undefined) return title;
  }
  return undefined;
}

function memberText(holder: unknown, name: string): string | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const value = (holder as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}
