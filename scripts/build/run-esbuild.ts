import type { BuildFailure, BuildOptions, Metafile } from 'esbuild';
import { build, formatMessages } from 'esbuild';
import { BuildError } from './build-error.ts';

/**
 * esbuild with its messages as one readable error instead of printed lines. Returns the list of what was made from what.
 *
 * @throws BuildError `DOES_NOT_COMPILE`
 */
export async function runEsbuild(options: BuildOptions): Promise<Metafile> {
  try {
    return (await build({ ...options, logLevel: 'silent', metafile: true })).metafile;
  } catch (cause) {
    if (!isFailure(cause)) throw cause;
    const lines = await formatMessages(cause.errors, { kind: 'error', color: false });
    throw new BuildError('DOES_NOT_COMPILE', lines.join('\n').trim(), cause);
  }
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error;
}
