import { checkConnect } from './check-connect.ts';
import { checkRemotes } from './check-remotes.ts';
import { checkStorage } from './check-storage.ts';
import { checkReferences } from './check-references.ts';
import type { Finding } from './manifest-file.ts';
import { scopeNames } from './manifest-schema.ts';
import type { Manifest } from './manifest-schema.ts';
import { scheduleFindings } from './schedule-rules.ts';

const TOP_LEVEL = new Set([
  ...['app', 'connectModules', 'modules', 'permissions', 'resources', 'remotes', 'providers'],
  ...['environment', 'translations', 'services', 'overrides'],
]);
const TOKEN_SCOPES = ['read:app-system-token', 'read:app-user-token'];

/**
 * The rules between the parts of a manifest that the platform's validator is known to have, each with its place. What is
 * not here, for instance bodies of Connect modules, is not looked at by that validator either, or its rule is unknown.
 * (connect-on-forge facts, sections 2.1 to 2.5.)
 */
export function checkManifest(manifest: Manifest): Finding[] {
  return [
    ...unknownParts(manifest),
    ...noModules(manifest),
    ...duplicateKeys(manifest),
    ...checkConnect(manifest),
    ...checkRemotes(manifest),
    ...checkStorage(manifest),
    ...checkReferences(manifest),
    ...lonelyTokenScopes(manifest),
    ...runtime(manifest),
    ...scheduleFindings(manifest.modules?.scheduledTrigger ?? []),
    ...migrationIntent(manifest),
  ];
}

function unknownParts(manifest: Manifest): Finding[] {
  return Object.keys(manifest)
    .filter((name) => !TOP_LEVEL.has(name))
    .map((name) => ({ path: [name], message: `'${name}' is no part of a manifest.` }));
}

function noModules({ modules, connectModules }: Manifest): Finding[] {
  if (modules !== undefined && Object.keys(modules).length === 0) {
    return [{ path: ['modules'], message: 'modules has to hold at least one module.' }];
  }
  if (modules !== undefined || connectModules !== undefined) return [];
  return [{ path: [], message: 'A manifest needs modules or connectModules.' }];
}

/** Keys are unique over `modules` and `connectModules` together. One module without a key is fine, two are not. */
function duplicateKeys(manifest: Manifest): Finding[] {
  const seen = new Set<unknown>();
  const findings: Finding[] = [];
  for (const side of ['connectModules', 'modules'] as const) {
    for (const [type, declared] of Object.entries(manifest[side] ?? {})) {
      if (!Array.isArray(declared)) continue;
      for (const [index, module] of (declared as { key?: unknown }[]).entries()) {
        const key = typeof module.key === 'string' ? module.key : undefined;
        if (seen.has(key)) {
          const path = [side, type, index, 'key'];
          findings.push({ path, message: `The module key '${String(key)}' stands here twice.` });
        }
        seen.add(key);
      }
    }
  }
  return findings;
}

function lonelyTokenScopes(manifest: Manifest): Finding[] {
  const scopes = scopeNames(manifest);
  const token = scopes.find((scope) => TOKEN_SCOPES.includes(scope));
  if (token === undefined || scopes.some((scope) => !TOKEN_SCOPES.includes(scope))) return [];
  const message = `${token} gives no token unless there is another scope beside it.`;
  return [{ path: ['permissions', 'scopes'], message }];
}

/** `nodejs20.x` passes an offline lint; the deploy refuses it since 2026-05 (CHANGE-3209). */
function runtime({ app }: Manifest): Finding[] {
  if (app.runtime === undefined) {
    return [{ path: ['app'], message: 'app.runtime is missing.' }];
  }
  const { name } = app.runtime;
  if (name === 'nodejs22.x' || name === 'nodejs24.x') return [];
  const message =
    name === 'nodejs20.x'
      ? 'nodejs20.x can no longer be deployed. Use nodejs22.x or nodejs24.x.'
      : `'${name}' is no runtime. Use nodejs22.x or nodejs24.x.`;
  return [{ path: ['app', 'runtime', 'name'], message }];
}

/** The name has no prefix, whatever older pages say, and all three fields are required. */
function migrationIntent({ modules }: Manifest): Finding[] {
  const findings: Finding[] = [];
  if (modules?.['core:connectToForgeMigration'] !== undefined) {
    const path = ['modules', 'core:connectToForgeMigration'];
    findings.push({ path, message: 'connectToForgeMigration is written without core:.' });
  }
  const intents: unknown = modules?.['connectToForgeMigration'];
  if (!Array.isArray(intents)) return findings;
  for (const [index, each] of (intents as Record<string, unknown>[]).entries()) {
    const path = ['modules', 'connectToForgeMigration', index];
    const guide = each['migrationGuideUrl'];
    if (typeof guide !== 'string' || !/^https:\/\/.{1,2040}$/.test(guide)) {
      findings.push({ path, message: 'migrationGuideUrl has to be an https:// address.' });
    }
    if (!['YES', 'NO', 'UNDECIDED'].includes(String(each['willMigrateToForgeBeforeEOS']))) {
      const message = 'willMigrateToForgeBeforeEOS has to be YES, NO or UNDECIDED.';
      findings.push({ path, message });
    }
  }
  return findings;
}
