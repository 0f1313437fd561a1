import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const Kept = z.object({
  /** What the run was asked for. */
  asked: z.record(z.string(), z.unknown()),
  database: z.object({
    name: z.string(),
    embedded: z.object({ folder: z.string(), port: z.number() }).optional(),
  }),
  ports: z.object({
    site: z.number(),
    platform: z.number(),
    customUi: z.number(),
    remote: z.number(),
  }),
});

/** What another process needs to go on with a run that has died. */
export type KeptRun = z.infer<typeof Kept>;

/** The folder of one run. */
export interface RunFolder {
  readonly path: string;
  /** False: it ends with this process. */
  readonly isKept: boolean;
  /** What an earlier process has left here. */
  readonly left: KeptRun | undefined;
  keep(run: KeptRun): Promise<void>;
  remove(): Promise<void>;
}

/** Opens the folder of a run, or makes it; without a name one for this process alone. Rejects when it belongs to another run. */
export async function openRunFolder(
  named: string | undefined,
  asked: Readonly<Record<string, unknown>>,
): Promise<RunFolder> {
  const path = named ?? (await mkdtemp(join(tmpdir(), 'tally-demo-')));
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700);
  const file = join(path, 'run.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const left = text === undefined ? undefined : Kept.parse(JSON.parse(text));
  if (left !== undefined && JSON.stringify(left.asked) !== JSON.stringify(asked)) {
    const was = JSON.stringify(left.asked);
    throw new Error(`${path} holds another run, of ${was}. Ask for the same, or remove it.`);
  }
  return {
    path,
    isKept: named !== undefined,
    left,
    async keep(run) {
      // Whole or not at all.
      await writeFile(`${file}.new`, JSON.stringify(run));
      await rename(`${file}.new`, file);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
