import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const verdictSchema = z.object({
  folder: z.string(),
  success: z.boolean(),
  findings: z.array(
    z.object({
      level: z.enum(['error', 'warning']),
      reference: z.string(),
      message: z.string(),
      line: z.number(),
      column: z.number(),
    }),
  ),
});

/** What Atlassian's validator answered. Lines count from 1. */
export type Verdict = z.infer<typeof verdictSchema>;

/** The project's manifest.yml as it stands in the repository. */
export function ourManifest(): string {
  return readFileSync('manifest.yml', 'utf8');
}

/** Makes src/index.js when it is missing, as in a fresh clone where only jest was started. */
export function buildWhenMissing(): void {
  if (existsSync('src/index.js')) return;
  const built = spawnSync(process.execPath, ['scripts/build.ts'], { encoding: 'utf8' });
  if (!existsSync('src/index.js')) throw new Error(`The build failed: ${built.stderr}`);
}

/**
 * Runs the real @forge/manifest over each text, each in a folder of its own with the built functions and empty pages
 * beside it, all in one process of their own: loading the validator takes longer than using it.
 */
export async function validateCopies<Name extends string>(
  texts: Readonly<Record<Name, string>>,
): Promise<Record<Name, Verdict>> {
  const root = mkdtempSync(join(tmpdir(), 'manifest-'));
  try {
    const names = Object.keys(texts) as Name[];
    const folders = names.map((name) => copy(join(root, name), texts[name]));
    const lines = (await run(['scripts/validate-manifest.ts', '--json', ...folders]))
      .trim()
      .split('\n');
    const verdicts = lines.map((line) => verdictSchema.parse(JSON.parse(line)));
    return Object.fromEntries(names.map((name, at) => [name, verdicts[at]])) as Record<
      Name,
      Verdict
    >;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function copy(folder: string, text: string): string {
  for (const name of ['checklists', 'upgrade']) {
    const page = join(folder, 'dist/ui/forge', name);
    mkdirSync(page, { recursive: true });
    writeFileSync(join(page, 'index.html'), '<!doctype html><title>Page</title>');
  }
  symlinkSync(resolve('src'), join(folder, 'src'));
  writeFileSync(join(folder, 'manifest.yml'), text);
  return folder;
}

/** Standard output of a Node process; an exit code of 1 is an answer as well. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((done, failed) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      if (stdout === '') failed(new Error(`No verdict: ${stderr}`, { cause: error }));
      else done(stdout);
    });
  });
}
