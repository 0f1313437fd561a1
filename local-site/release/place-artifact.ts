import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import { ReleaseError } from './release-error.ts';

/** What the command line uploads for one deploy. */
export interface Artifact {
  /** Zip of the bundle. */
  readonly bundle: Uint8Array;
  /** Zip of each hosted resource, by key. */
  readonly resources: ReadonlyMap<string, Uint8Array>;
}

const manifestSchema = z.looseObject({
  app: z.looseObject({ package: z.looseObject({ path: z.string().optional() }).optional() }),
  resources: z.array(z.looseObject({ key: z.string(), path: z.string() })).default([]),
});

/** By this file, which the bundler writes, a folder is known as the work of the real bundler. */
export const ARTIFACT_MARK = 'runtime.json';
const AT_THE_ROOT = new Set(['manifest.yml', 'package.json', 'package-lock.json', 'yarn.lock']);
/** Ours, against a broken or hostile zip; the platform's own limits are smaller. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Lays an artifact out as an app folder: manifest and package.json at the root, the bundle where handlers are looked up, each
 * hosted resource at its path in the manifest. The command line writes the manifest as JSON with its variables filled in, and
 * JSON is YAML; `addresses` puts the local address of a remote for the one that the command line was given.
 *
 * @throws ReleaseError `ARTIFACT_INVALID` for what no deploy of the command line makes, and for paths that lead outside
 */
export async function placeArtifact(
  { bundle, resources }: Artifact,
  folder: string,
  addresses: Readonly<Record<string, string>>,
): Promise<void> {
  const files = unzip(bundle);
  if (files[ARTIFACT_MARK] === undefined) {
    throw new ReleaseError('ARTIFACT_INVALID', `The artifact has no ${ARTIFACT_MARK}.`);
  }
  const manifest = readManifest(files['manifest.yml'], addresses);
  files['manifest.yml'] = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  const code = manifest.app.package?.path ?? 'src';
  for (const [name, content] of Object.entries(files)) {
    await write(folder, AT_THE_ROOT.has(name) ? name : join(code, name), content);
  }
  for (const { key, path } of manifest.resources) {
    const zip = resources.get(key);
    if (zip === undefined) {
      throw new ReleaseError('ARTIFACT_INVALID', `The resource '${key}' was not uploaded.`);
    }
    for (const [name, content] of Object.entries(unzip(zip))) {
      await write(folder, join(path, name), content);
    }
  }
}

function readManifest(
  content: Uint8Array | undefined,
  addresses: Readonly<Record<string, string>>,
): z.infer<typeof manifestSchema> {
  if (content === undefined) {
    throw new ReleaseError('ARTIFACT_INVALID', 'The artifact has no manifest.yml.');
  }
  try {
    const revive = (_key: string, value: unknown): unknown =>
      typeof value === 'string' ? localAddress(value, addresses) : value;
    return manifestSchema.parse(JSON.parse(strFromU8(content), revive));
  } catch (cause) {
    const message = 'The artifact has a manifest.yml that is not what the command line writes.';
    throw new ReleaseError('ARTIFACT_INVALID', message, 400, { cause });
  }
}

/** A value that is one of the addresses, or begins with one and a slash, with the other origin. */
function localAddress(value: string, addresses: Readonly<Record<string, string>>): string {
  for (const [address, local] of Object.entries(addresses)) {
    if (value === address || value.startsWith(`${address}/`)) {
      return local + value.slice(address.length);
    }
  }
  return value;
}

/** The way back: an address as it stands in the vendor's manifest. */
export function declaredAddress(
  address: string,
  addresses: Readonly<Record<string, string>>,
): string {
  const swapped = Object.fromEntries(Object.entries(addresses).map(([from, to]) => [to, from]));
  return localAddress(address, swapped);
}

function unzip(zip: Uint8Array): Record<string, Uint8Array> {
  let bytes = 0;
  try {
    return unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        bytes += originalSize;
        if (bytes > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes`);
        return !name.endsWith('/');
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReleaseError('ARTIFACT_INVALID', `Cannot unpack the upload: ${reason}.`, 400, {
      cause,
    });
  }
}

async function write(folder: string, name: string, content: Uint8Array): Promise<void> {
  const root = normalize(folder + sep);
  const file = join(root, name);
  if (!file.startsWith(root)) {
    throw new ReleaseError('ARTIFACT_INVALID', `${name} lies outside the app's folder.`);
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
