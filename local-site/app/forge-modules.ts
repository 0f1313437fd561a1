import type { SiteModule } from '../types.ts';
import type { ManifestModules } from './manifest-schema.ts';

/**
 * Every entry of the manifest's `modules` as it stands, type by type: Jira itself reads rules, gadgets and entity properties
 * that no other room knows.
 */
export function forgeModules(modules: ManifestModules): readonly Omit<SiteModule, 'face'>[] {
  return Object.entries(modules).flatMap(([type, list]) =>
    Array.isArray(list) ? list.flatMap((body: unknown) => toModule(type, body)) : [],
  );
}

function toModule(type: string, body: unknown): Omit<SiteModule, 'face'>[] {
  if (typeof body !== 'object' || body === null || !('key' in body)) return [];
  return [{ type, key: String(body.key), body: { ...body } }];
}
