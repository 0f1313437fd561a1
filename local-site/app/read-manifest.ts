import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { AppError } from './app-error.ts';
import { fillVariables } from './fill-variables.ts';
import { manifestSchema } from './manifest-schema.ts';
import type { Manifest } from './manifest-schema.ts';

/**
 * Reads `manifest.yml` of the app folder, fills the variables and checks the parts that the local site uses.
 *
 * @throws AppError `manifest_unreadable`, `variable_missing`, `manifest_invalid`; the message names the line.
 */
export async function readManifest(
  appDir: string,
  variables: Readonly<Record<string, string>>,
): Promise<Manifest> {
  const file = join(appDir, 'manifest.yml');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('manifest_unreadable', `Cannot read ${file}.`, undefined, { cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new AppError('manifest_unreadable', broken.message, broken.linePos?.[0].line);
  }
  fillVariables(document, lines, variables);
  const parsed = manifestSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String) ?? [];
  throw new AppError(
    'manifest_invalid',
    `${path.join('.')}: ${issue?.message ?? 'is not a manifest'}`,
    lineOf(document, lines, issue?.path ?? []),
  );
}

/** Line of the node at `path`, or of its nearest ancestor that exists. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
