import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { AppError } from './app-error.ts';
import { checkManifest } from './check-manifest.ts';
import { fillVariables } from './fill-variables.ts';
import { lineOf, ManifestFile, refusalOf } from './manifest-file.ts';
import type { ManifestPath } from './manifest-file.ts';
import { manifestSchema } from './manifest-schema.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * Reads `manifest.yml` of the app folder, fills the variables, and checks the shape of what the local site uses and the
 * rules that the platform's own validator is known to have.
 *
 * @throws AppError `manifest_unreadable`, `variable_missing`, `manifest_invalid`; the message names the line.
 */
export async function readManifestFile(
  appDir: string,
  variables: Readonly<Record<string, string>>,
): Promise<ManifestFile> {
  const file = join(appDir, 'manifest.yml');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('manifest_unreadable', `Cannot read ${file}.`, undefined, { cause });
  });
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new AppError('manifest_unreadable', broken.message, broken.linePos?.[0].line);
  }
  fillVariables(document, counter, variables);
  const lines = (path: ManifestPath): number | undefined => lineOf(document, counter, path);
  const parsed = manifestSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const findings = parsed.error.issues.map(({ path, message }) => ({
      path,
      message: `${path.map(String).join('.') || 'The file'}: ${message}`,
    }));
    throw refusalOf(findings, lines) ?? parsed.error;
  }
  const read = new ManifestFile(parsed.data, lines);
  read.refuse(checkManifest(parsed.data));
  return read;
}

/** {@link readManifestFile}, for those who need no lines. */
export async function readManifest(
  appDir: string,
  variables: Readonly<Record<string, string>>,
): Promise<Manifest> {
  return (await readManifestFile(appDir, variables)).manifest;
}
