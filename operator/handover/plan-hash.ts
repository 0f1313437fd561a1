import { createHash } from 'node:crypto';
import type { Scope } from 'crossgrade';
import type { CommandInput } from './command-definition.ts';
import type { Command } from './commands.ts';
import type { TenantFacts } from './tenant-facts.ts';

/** The hash of a plan for a tenant without a row: its link and its epoch. */
export function linkHash(
  { tenant, group }: Scope,
  installationId: string | undefined,
  epoch: number,
): string {
  return hashOf(['enrol', tenant, group, installationId ?? null, epoch]);
}

/** Changes with everything that could make the plan wrong: stage, condition, epoch, target, any other operator's step. */
export function planHash(
  command: Command,
  { row, epoch, rowVersion }: TenantFacts,
  { keys = [], full = false }: CommandInput,
): string {
  const { tenant, grp, stage, condition, incarnation, installation_id, mapv, buckets } = row;
  return hashOf([
    ...[command, tenant, grp, stage, condition, incarnation, installation_id, mapv, buckets],
    ...[epoch, rowVersion, ...keys, full],
  ]);
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
