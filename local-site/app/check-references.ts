import type { Finding } from './manifest-file.ts';
import type { Manifest } from './manifest-schema.ts';

/** Forge's pages allow a leading underscore; `@forge/manifest` 13.3.0 and 13.7.0 refuse one [ran]. */
const ATTRIBUTE = /^[A-Za-z][_0-9A-Za-z]{0,29}$/;

/** What a manifest names inside of itself: the resources of pages, and names that become part of a store's key. */
export function checkReferences(manifest: Manifest): Finding[] {
  return [...unknownResources(manifest), ...attributeNames(manifest)];
}

function unknownResources({ modules = {}, resources = [] }: Manifest): Finding[] {
  const known = new Set(resources.map(({ key }) => key));
  const findings: Finding[] = [];
  for (const [type, declared] of Object.entries(modules)) {
    if (!Array.isArray(declared)) continue;
    for (const [index, module] of (declared as { resource?: unknown }[]).entries()) {
      const { resource } = module;
      // `<key>/<entry>` names one of several pages of a resource.
      if (typeof resource !== 'string' || known.has(resource.split('/')[0] ?? '')) continue;
      const path = ['modules', type, index, 'resource'];
      findings.push({ path, message: `The resource '${resource}' is not declared.` });
    }
  }
  return findings;
}

function attributeNames({ app }: Manifest): Finding[] {
  return (app.storage?.entities ?? []).flatMap(({ attributes }, index) =>
    Object.keys(attributes)
      .filter((name) => !ATTRIBUTE.test(name))
      .map((name) => ({
        path: ['app', 'storage', 'entities', index, 'attributes', name],
        message: `'${name}' is no name of an attribute: a letter, then up to 29 letters, digits and _.`,
      })),
  );
}
