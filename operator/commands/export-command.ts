import { LayerError } from 'crossgrade';
import { exportTenant, type Exported } from 'crossgrade/backup';
import { openPool } from '../open-pool.ts';
import type { CrossgradeConfig } from '../config.ts';
import { backupContextOf } from './backup-context-of.ts';
import { EXIT } from './handover-command.ts';

export interface ExportCommandOptions {
  readonly who: string;
  readonly json?: boolean;
}

/** Exports one tenant into a folder, prints what it came to, and resolves with the exit code. */
export async function exportCommand(
  config: CrossgradeConfig,
  tenant: string,
  folder: string,
  options: ExportCommandOptions,
  print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): Promise<number> {
  const pool = openPool(config.databaseUrl, 8);
  try {
    const context = await backupContextOf(config, pool, tenant);
    const exported = await exportTenant(context, {
      folder,
      who: options.who,
      now: () => new Date(),
    });
    const next_steps = stepsOf(exported, tenant);
    const { parts, heads, ...manifest } = exported.manifest;
    const [files, buckets] = [parts.length, heads?.length ?? 0];
    print(
      options.json === true
        ? JSON.stringify({ ...manifest, files, buckets, folder, next_steps })
        : textOf(exported, folder, next_steps),
    );
    return EXIT.done;
  } catch (error) {
    return failed(error, tenant, 'export', options, print);
  } finally {
    await pool.end();
  }
}

const CONSISTENCY = {
  tenant: 'all records as they stood at one moment',
  bucket: 'each bucket as it stood at one moment, not all at the same one',
  record: 'each record as it stood at some moment',
} as const;

function textOf({ manifest, resumed }: Exported, folder: string, steps: readonly string[]): string {
  const { tenant, authority, records, tombstones, parts, consistency, whole } = manifest;
  return [
    `${tenant}: ${records} records, ${tombstones} of them deleted, in ${parts.length} parts in ${folder}`,
    `  read from ${authority}, ${CONSISTENCY[consistency]}`,
    ...(resumed > 0 ? [`  ${resumed} parts of an export that was killed were kept`] : []),
    `  checksum ${whole}`,
    ...steps.map((step) => `  next: ${step}`),
  ].join('\n');
}

function stepsOf({ manifest }: Exported, tenant: string): string[] {
  const { differing, consistency } = manifest;
  return [
    ...(differing.length > 0
      ? [`buckets ${differing.join(', ')} are not what their heads say: xg verify ${tenant} --full`]
      : []),
    ...(consistency === 'tenant' ? [] : ['for one moment of all records export at a calmer time']),
  ];
}

/** Prints a refusal of the layer with its next step; anything else is thrown on. */
export function failed(
  error: unknown,
  tenant: string,
  command: string,
  options: { readonly json?: boolean },
  print: (line: string) => void,
): number {
  if (!(error instanceof LayerError)) throw error;
  const { code, message, next } = error;
  print(
    options.json === true
      ? JSON.stringify({ tenant, command, error: { code, message }, next_steps: [next] })
      : `${tenant}: ${command} refused: ${message} (${code})\n  next: ${next}`,
  );
  if (code === 'plan.stale') return EXIT.stale;
  return code.startsWith('target.') ? EXIT.failed : EXIT.refused;
}
