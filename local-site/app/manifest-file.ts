import { isNode } from 'yaml';
import type { Document, LineCounter } from 'yaml';
import { AppError } from './app-error.ts';
import type { ManifestProblem } from './app-error.ts';
import type { Manifest } from './manifest-schema.ts';

/** A path into the manifest: `['modules', 'trigger', 0, 'key']`. */
export type ManifestPath = readonly PropertyKey[];

/** Something that a rule found wrong, at a place in the manifest. */
export interface Finding {
  readonly path: ManifestPath;
  readonly message: string;
}

/** A manifest that has been read, with the way back to its lines. */
export class ManifestFile {
  readonly manifest: Manifest;
  readonly #lines: (path: ManifestPath) => number | undefined;

  constructor(manifest: Manifest, lines: (path: ManifestPath) => number | undefined) {
    this.manifest = manifest;
    this.#lines = lines;
  }

  /** Throws `manifest_invalid`, or another code, for these findings, named in the order of the file; returns when there are none. */
  refuse(findings: readonly Finding[], code?: string): void {
    const refusal = refusalOf(findings, this.#lines, code);
    if (refusal !== undefined) throw refusal;
  }
}

/** The error for some findings: its message is the first one's, its `problems` are all of them. */
export function refusalOf(
  findings: readonly Finding[],
  lines: (path: ManifestPath) => number | undefined,
  code = 'manifest_invalid',
): AppError | undefined {
  const problems = findings
    .map(({ path, message }): ManifestProblem => ({ line: lines(path), message }))
    .sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  const first = problems[0];
  if (first === undefined) return undefined;
  return new AppError(code, first.message, first.line, { problems });
}

/** Line of the node at `path`, or of its nearest ancestor that exists. A pair's line is that of its key. */
export function lineOf(
  document: Document,
  lines: LineCounter,
  path: ManifestPath,
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return document.contents?.range ? lines.linePos(document.contents.range[0]).line : undefined;
}
