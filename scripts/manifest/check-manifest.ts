import { compareApp } from './compare-app.ts';
import { compareModules } from './compare-modules.ts';
import { plainFaults } from './plain-faults.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { UnreadableFileError } from './problem.ts';
import { readLegacy, readRetired } from './read-legacy.ts';
import { readManifest } from './read-manifest.ts';

/** The three files as text, and the key as it will be deployed. */
export interface ManifestCheck {
  readonly manifest: string;
  /** connect-modules/atlassian-connect.json, frozen: Atlassian takes no more updates of it. */
  readonly descriptor: string;
  /** connect-modules/retired.json; undefined when nothing is retired. */
  readonly retired?: string | undefined;
  /** `app.connect.key` as it will be deployed to production. */
  readonly renderedKey?: string | undefined;
}

/** A finding with its line in manifest.yml, counted from 1; absent when it stands in another file. */
export interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly line?: number;
}

/**
 * Everything that Atlassian's offline validator does not see: the agreement of manifest and descriptor, and the faults that
 * a deploy lets through. Ordered by line. An empty list means that the manifest may go out.
 */
export function checkManifest(files: ManifestCheck): Finding[] {
  try {
    const { manifest, raw, lineOf } = readManifest(files.manifest);
    const legacy = readLegacy(files.descriptor, 'connect-modules/atlassian-connect.json');
    const retired =
      files.retired === undefined ? [] : readRetired(files.retired, 'connect-modules/retired.json');
    const problems: Problem[] = [
      ...plainFaults(manifest, raw),
      ...compareApp(manifest, legacy, files.renderedKey),
      ...compareModules(manifest, legacy, retired),
    ];
    return problems
      .map(({ code, message, path }) => ({ code, message, ...(path && { line: lineOf(path) }) }))
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  } catch (error) {
    if (error instanceof UnreadableFileError) return [{ code: error.code, message: error.message }];
    throw error;
  }
}
