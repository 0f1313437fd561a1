import { isDeepStrictEqual } from 'node:util';
import type { Problem } from './problem.ts';
import type { Legacy, LegacyModule, Retired } from './read-legacy.ts';
import { nameOf } from './read-legacy.ts';
import type { Manifest, ManifestModule } from './read-manifest.ts';

/**
 * Follows every module of the frozen descriptor into the manifest. Exactly one of three must be true of each:
 *
 * - **embedded**: it stands in `connectModules` with the same key and the same body;
 * - **moved**: a Forge module has its key, which is what makes Jira redirect the old address;
 * - **retired**: connect-modules/retired.json says why it is gone.
 */
export function compareModules(manifest: Manifest, legacy: Legacy, retired: Retired): Problem[] {
  return [
    ...legacy.modules.flatMap((module) => follow(module, manifest, retired)),
    ...newModules(manifest, legacy),
    ...retired
      .filter((entry) => !legacy.modules.some((module) => isRetired(module, [entry])))
      .map((entry): Problem => ({
        code: 'RETIRED_UNKNOWN',
        message: `retired.json names ${entry.type} "${entry.key}", which the descriptor does not have. Remove the entry.`,
      })),
  ];
}

function follow(module: LegacyModule, manifest: Manifest, retired: Retired): Problem[] {
  const label = `${module.type} "${nameOf(module)}"`;
  const path = ['connectModules', `jira:${module.type}`];
  const embedded = findEmbedded(module, manifest);
  const fates = [
    ...(embedded ? ['embedded'] : []),
    ...(isMoved(module, manifest) ? ['moved'] : []),
    ...(isRetired(module, retired) ? ['retired'] : []),
  ];
  if (fates.length === 0) {
    return [
      {
        code: 'MODULE_LOST',
        message: `${label} of the Connect app is nowhere. Embed it unchanged, give a Forge module the same key, or say in connect-modules/retired.json why it goes.`,
        path,
      },
    ];
  }
  if (fates.length > 1) {
    return [
      { code: 'MODULE_TWICE', message: `${label} is ${fates.join(' and ')}. Choose one.`, path },
    ];
  }
  const changed = embedded ? differences(module, embedded.module) : [];
  if (embedded && changed.length > 0) {
    return [
      {
        code: 'MODULE_CHANGED',
        message: `${label} is embedded with another ${changed.join(', ')}. The body must stay as in the descriptor.`,
        path: [...path, embedded.at],
      },
    ];
  }
  return [];
}

function newModules(manifest: Manifest, legacy: Legacy): Problem[] {
  return Object.entries(manifest.connectModules).flatMap(([name, list]) =>
    list.flatMap((module, at): Problem[] => {
      const known = legacy.modules.some(
        (old) => `jira:${old.type}` === name && findEmbedded(old, manifest)?.at === at,
      );
      if (known) return [];
      return [
        {
          code: 'MODULE_NEW',
          message: `${name} "${module.key ?? at}" is not in the Connect descriptor. Connect modules can't be added; make it a Forge module.`,
          path: ['connectModules', name, at],
        },
      ];
    }),
  );
}

/** By key; without one by body, then by event, because the manifest has to make up keys for webhooks. */
function findEmbedded(
  old: LegacyModule,
  manifest: Manifest,
): { module: ManifestModule; at: number } | undefined {
  const list = manifest.connectModules[`jira:${old.type}`] ?? [];
  const tests: ((module: ManifestModule) => boolean)[] =
    old.key !== undefined
      ? [(module) => module.key === old.key]
      : old.type === 'lifecycle'
        ? [() => true]
        : [
            (module) => differences(old, module).length === 0,
            (module) => old.body['event'] !== undefined && module['event'] === old.body['event'],
          ];
  for (const test of tests) {
    const at = list.findIndex(test);
    const module = list[at];
    if (module) return { module, at };
  }
  return undefined;
}

function isMoved(old: LegacyModule, manifest: Manifest): boolean {
  if (old.key === undefined) return false;
  return Object.values(manifest.modules).some((list) =>
    list.some((module) => module.key === old.key),
  );
}

function isRetired(old: LegacyModule, retired: Retired): boolean {
  return retired.some((entry) => entry.type === old.type && entry.key === nameOf(old));
}

/** Names of the fields that are not the same. A key that only the manifest has does not count. */
function differences(old: LegacyModule, module: ManifestModule): string[] {
  const names = new Set([...Object.keys(old.body), ...Object.keys(module)]);
  if (old.key === undefined) names.delete('key');
  return [...names].filter((name) => !isDeepStrictEqual(old.body[name], module[name]));
}
