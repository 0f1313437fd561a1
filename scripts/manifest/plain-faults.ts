import type { Problem } from './problem.ts';
import type { Manifest } from './read-manifest.ts';

/** Deploys with these are refused since 2026-05-06 (CHANGE-3209), the offline validator accepts them. */
const REFUSED_RUNTIMES = ['nodejs20.x'];

const PLACEHOLDERS = /\{\{[^}]*\}\}|\$\{([^}]*)\}|<[a-z][^>]*>/gi;

/** What is wrong with a manifest whatever the descriptor says, and passes the official validator. */
export function plainFaults(manifest: Manifest, raw: unknown): Problem[] {
  return [
    ...placeholders(raw, declaredVariables(manifest), []),
    ...runtime(manifest),
    ...operations(manifest),
    ...egress(manifest),
    ...lists(manifest),
    ...scopes(manifest),
    ...intent(manifest),
  ];
}

function declaredVariables(manifest: Manifest): ReadonlySet<string> {
  return new Set(
    manifest.environment.variables.map((variable) =>
      typeof variable === 'string' ? variable : variable.key,
    ),
  );
}

function placeholders(
  value: unknown,
  declared: ReadonlySet<string>,
  path: readonly (string | number)[],
): Problem[] {
  if (typeof value === 'string') {
    return [...value.matchAll(PLACEHOLDERS)]
      .filter(([, variable]) => variable === undefined || !declared.has(variable))
      .map(([found]) => ({
        code: 'PLACEHOLDER_LEFT',
        message: `"${found}" is left from a template. Replace it, or declare the variable in environment.variables.`,
        path,
      }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    placeholders(inner, declared, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function runtime(manifest: Manifest): Problem[] {
  const { name } = manifest.app.runtime;
  if (!REFUSED_RUNTIMES.includes(name)) return [];
  return [
    {
      code: 'RUNTIME_REFUSED',
      message: `Deploys with ${name} are refused since 2026-05-06. Use nodejs24.x.`,
      path: ['app', 'runtime', 'name'],
    },
  ];
}

function operations(manifest: Manifest): Problem[] {
  const hasFunctions = (manifest.modules['function'] ?? []).length > 0;
  return manifest.remotes.flatMap((remote, at): Problem[] => {
    const path = ['remotes', at, 'operations'];
    if (!remote.operations?.length) {
      return [
        {
          code: 'OPERATIONS_MISSING',
          message: `Remote "${remote.key}" does not say what it does. Without operations Forge assumes that it stores end-user data.`,
          path,
        },
      ];
    }
    if (
      hasFunctions &&
      remote.key === manifest.app.connect?.remote &&
      !remote.operations.includes('compute')
    ) {
      return [
        {
          code: 'OPERATIONS_MISSING',
          message: `Remote "${remote.key}" is called by functions (invokeRemote) and lacks the operation compute.`,
          path,
        },
      ];
    }
    return [];
  });
}

function egress(manifest: Manifest): Problem[] {
  const declared = (manifest.permissions.external?.fetch?.backend ?? []).map((entry) =>
    typeof entry === 'object' && entry !== null && 'remote' in entry ? entry.remote : undefined,
  );
  return manifest.remotes
    .filter((remote) => !declared.includes(remote.key))
    .map((remote) => ({
      code: 'EGRESS_UNDECLARED',
      message: `permissions.external.fetch.backend does not name the remote "${remote.key}". Adding it later is a major version.`,
      path: ['permissions', 'external'],
    }));
}

function lists(manifest: Manifest): Problem[] {
  const faces = { connectModules: manifest.connectModules, modules: manifest.modules };
  const empty = Object.entries(faces).flatMap(([face, modules]) =>
    Object.entries(modules)
      .filter(([, list]) => list.length === 0)
      .map(([name]): Problem => ({
        code: 'LIST_EMPTY',
        message: `${name} has no modules. Remove the line.`,
        path: [face, name],
      })),
  );
  const keyless = Object.entries(manifest.connectModules).flatMap(([name, list]) =>
    list.flatMap((module, at): Problem[] =>
      module.key
        ? []
        : [
            {
              code: 'KEY_MISSING',
              message: `A module of ${name} has no key. Give it one that no other module has.`,
              path: ['connectModules', name, at],
            },
          ],
    ),
  );
  return [...empty, ...keyless];
}

function scopes(manifest: Manifest): Problem[] {
  if (Array.isArray(manifest.permissions.scopes)) return [];
  return [
    {
      code: 'SCOPES_AS_OBJECT',
      message:
        "permissions.scopes is an object. Write a list: Atlassian's adoption status crashes on the other form.",
      path: ['permissions', 'scopes'],
    },
  ];
}

function intent(manifest: Manifest): Problem[] {
  if (manifest.modules['connectToForgeMigration']?.length) return [];
  return [
    {
      code: 'INTENT_MISSING',
      message:
        'connectToForgeMigration is missing; it is needed in each major version. Without it admins see the generic end-of-support message.',
      path: ['modules'],
    },
  ];
}
