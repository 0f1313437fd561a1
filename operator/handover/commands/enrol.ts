import { LayerError, type Scope } from 'crossgrade';
import { publishTarget } from 'crossgrade/live';
import { enrol, readTenant, register } from 'crossgrade/postgres';
import { moveUnits, type CommandDefinition } from '../command-definition.ts';
import type { Operator } from '../operator.ts';
import type { LinkedTenant } from '../../config.ts';

/**
 * The one command for a tenant that has no row yet: `applyCommand` registers it first (`registerTenant`), and from there on it
 * is a command like every other.
 */
export const enrolCommand: CommandDefinition = {
  does: 'take the tenant up: a head for every bucket in Forge, then the copy begins',
  from: ['off'],
  steps: [
    'register: the link is noted; installed again after a termination, it is a new incarnation with nothing acknowledged',
    'publish: the app’s functions are told what they have to know of the target',
    'enrol: a head for every bucket, each created only if it does not exist; foreign heads stop it',
    'copy: a worker copies and verifies from here on',
  ],
  needsReason: false,
  needsForge: true,
  isDone: ({ row }) => row.stage !== 'off',
  refusals: ({ facts: { row } }) =>
    row.condition === null
      ? []
      : [{ code: 'stage.unexpected', reason: `the tenant is ${row.condition}` }],
  risks: () => [],
  units: ({ facts: { row } }) => ({ read: row.buckets, write: moveUnits(row.buckets) * 8 }),
  async carryOut({ operator, scope, lane, who }) {
    const row = await readTenant(operator.pool, scope);
    if (row === undefined) throw new LayerError('stage.unexpected', 'the tenant is not registered');
    // Before the stage says that there is a target: a function that finds heads finds this too.
    await publishTarget(lane.send);
    await enrol(operator.pool, lane.send, row, who);
    return { outcome: 'done', detail: { buckets: row.buckets } };
  },
};

/** The link of a tenant that may be enrolled. */
export async function linkOf(
  { pool, config }: Operator,
  tenant: string,
): Promise<LinkedTenant | undefined> {
  return (await config.linkedTenants(pool)).find((linked) => linked.tenant === tenant);
}

/** Whether `enrol` has to register first: there is no row, or one of a terminated tenant in another installation. */
export async function isUnregistered(
  { pool }: Operator,
  scope: Scope,
  link: LinkedTenant | undefined,
): Promise<boolean> {
  const row = await readTenant(pool, scope);
  if (row === undefined) return true;
  return row.condition === 'terminated' && link?.installationId !== row.installation_id;
}

/** Registers it. Throws what `register` throws, and `stage.unexpected` without a link. */
export async function registerTenant(operator: Operator, scope: Scope, who: string): Promise<void> {
  const link = await linkOf(operator, scope.tenant);
  if (link === undefined) throw new LayerError('stage.unexpected', `${scope.tenant} is not linked`);
  const { pool, config } = operator;
  await register(pool, config.group, { ...link, ...scope, who });
}
