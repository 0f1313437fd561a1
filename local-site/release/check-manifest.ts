import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';
import { z } from 'zod';
import { AppError, readApp } from '../app/index.ts';
import type { ManifestProblem } from '../app/app-error.ts';
import { permissionChanges } from '../platform/versions/changes.ts';
import { latestVersion } from './deployments.ts';
import type { Environment } from './environments.ts';
import { manifestVariables } from './manifest-variables.ts';
import type { ReleaseParts } from './release-parts.ts';

/** What the platform thinks of a manifest before it is deployed. */
export interface ManifestVerdict {
  /** Why a deploy would be refused. */
  readonly problems: readonly ManifestProblem[];
  /** Why a deploy would make a new major version. Empty for a first deploy. */
  readonly majorReasons: readonly string[];
}

const outline = z.looseObject({
  app: z.looseObject({ package: z.looseObject({ path: z.string().optional() }).optional() }),
  modules: z
    .looseObject({ function: z.array(z.looseObject({ handler: z.string() })).default([]) })
    .default({ function: [] }),
  resources: z.array(z.looseObject({ path: z.string() })).default([]),
});

function isInside(folder: string, path: string): boolean {
  return !relative(folder, resolve(folder, path)).startsWith('..');
}

/**
 * Reads an uploaded manifest as a deploy would, without the code: the command line uploads the manifest alone, and its
 * variables are not filled in. A variable that no earlier deploy to the environment tells is taken from its own name, and then
 * nothing is compared.
 */
export async function checkManifest(
  parts: ReleaseParts,
  environment: Environment,
  zip: Uint8Array,
): Promise<ManifestVerdict> {
  const folder = await mkdtemp(join(tmpdir(), 'local-site-check-'));
  try {
    const text = strFromU8(unzipSync(zip)['manifest.yml'] ?? new Uint8Array());
    await writeFile(join(folder, 'manifest.yml'), text);
    const written: unknown = parse(text, { logLevel: 'silent' });
    await standInBundle(folder, written);
    const known = await knownVariables(parts, environment, written);
    const before = latestVersion(parts, environment);
    const now = await readApp(
      folder,
      { ...unknownVariables(text), ...known },
      {
        version: '0.0.0',
        environmentId: before?.environmentId ?? '',
      },
    );
    const isComparable = Object.keys(unknownVariables(text)).every((name) => name in known);
    if (before === undefined || !isComparable) return { problems: [], majorReasons: [] };
    const majorReasons = permissionChanges(before, now).map(({ reason }) => reason);
    return { problems: [], majorReasons };
  } catch (error) {
    return { problems: problemsOf(error), majorReasons: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function problemsOf(error: unknown): readonly ManifestProblem[] {
  if (error instanceof AppError) return error.problems;
  return [{ line: undefined, message: error instanceof Error ? error.message : String(error) }];
}

async function knownVariables(
  { deployments, platform }: ReleaseParts,
  environment: Environment,
  written: unknown,
): Promise<Record<string, string>> {
  const values = { ...platform.versions(environment.name).at(-1)?.variables };
  const deployment = deployments.latest(environment);
  if (deployment === undefined) return values;
  const filled: unknown = parse(await readFile(join(deployment.folder, 'manifest.yml'), 'utf8'));
  return { ...values, ...manifestVariables(written, filled) };
}

/** Every `${NAME}` of the text, each standing for itself: enough to read the rest of the manifest. */
function unknownVariables(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, name]));
}

/** Empty files where the handlers will be, empty folders for the resources. */
async function standInBundle(folder: string, written: unknown): Promise<void> {
  const manifest = outline.safeParse(written);
  if (!manifest.success) return;
  for (const { path } of manifest.data.resources) {
    if (isInside(folder, path)) await mkdir(join(folder, path), { recursive: true });
  }
  const root = join(folder, manifest.data.app.package?.path ?? 'src');
  for (const { handler } of manifest.data.modules.function) {
    const file = join(root, `${handler.slice(0, handler.lastIndexOf('.'))}.js`);
    if (!isInside(folder, relative(folder, file))) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
  }
}
