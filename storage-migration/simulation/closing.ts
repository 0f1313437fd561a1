import { EMPTY_DIGEST, xorDigest } from '../bucket/digest.ts';
import { HEAD_ENTITY, headKey, parseHead, type Head } from '../bucket/head.ts';
import { readStored } from '../copy/read-stored.ts';
import { compareVersions } from '../terms.ts';
import { valueOf } from './history.ts';
import { NOTES } from './notes.ts';
import { run } from './operator.ts';
import type { Command } from './plan.ts';
import { equip, type Actor } from './actor.ts';
import type { World } from './world.ts';

const ATTEMPTS = 8;
const PATIENCE_MS = 240_000;
/** At the end nobody is in a hurry, however slow the run. */
const FREEZE_MS = 240_000;

/**
 * When nothing goes wrong any more: somebody recovers what was left, the tenant goes to Forge once more and back, and both
 * sides must hold exactly what was accepted. A tenant that can't be brought there is a finding as well.
 */
export async function runClosing(world: World, actor: Actor): Promise<void> {
  const { database, counts, plan, scheduler } = world;
  if (world.tokenBackInMs > 0) await scheduler.sleep(actor.process, world.tokenBackInMs);
  await actor.connection.unpause();
  if (world.installation.isRemoved && database.condition !== 'terminated') {
    await insist(world, actor, 'terminate', () => database.condition === 'terminated');
  }
  if (database.condition === 'terminated') {
    if (isOver(world)) return;
    await insist(world, actor, 'reinstall', () => database.stage === 'copy');
  }
  if (database.stage === 'off') {
    await insist(world, actor, 'reinstall', () => database.stage === 'copy');
  }
  await insist(world, actor, 'recover', () => isSettled(world));
  await awaitErased(world, actor);
  if (database.stage === 'final') {
    await checkFinal(world, actor);
    return;
  }
  if (database.stage === 'live' || database.stage === 'settled') {
    await checkForge(world, actor);
    await insist(world, actor, 'rollback', () => database.stage === 'verify');
  }
  await awaitEqual(world, actor);
  await checkForge(world, actor);
  const before = counts.cutovers;
  await insist(world, actor, 'cutover', () => counts.cutovers > before);
  await checkForge(world, actor);
  if (plan.finalizes) {
    await insist(world, actor, 'settle', () => database.stage === 'settled');
    await insist(world, actor, 'finalize', () => database.isSwept);
    await checkFinal(world, actor);
    return;
  }
  await insist(world, actor, 'rollback', () => database.stage === 'verify');
  await awaitEqual(world, actor);
}

/** Runs the commands of a plan's opening, each until it has come to what it is for. */
export async function runOpening(world: World, actor: Actor): Promise<void> {
  const { database, counts, plan } = world;
  for (const command of plan.opening?.commands ?? []) {
    const { cutovers, rollbacks } = counts;
    const isThere = {
      cutover: () => counts.cutovers > cutovers,
      rollback: () => counts.rollbacks > rollbacks,
      settle: () => database.stage === 'settled',
      terminate: () => database.condition === 'terminated',
    } as Readonly<Partial<Record<Command, () => boolean>>>;
    await insist(world, actor, command, isThere[command] ?? (() => true));
  }
}

/** The tenant ended while Forge was the only holder, or about to be: nothing opens Postgres again, and nothing is left to do. */
function isOver({ database, history }: World): boolean {
  if (database.stage === 'off') return false;
  if (database.gate.isOpen && database.stage === 'final') {
    history.fail('two authorities', 'the gate of a final tenant is open');
  }
  return true;
}

/** Waits until a worker has reported every erasure. */
async function awaitErased(world: World, { process }: Actor): Promise<void> {
  const { scheduler, database, history } = world;
  for (const until = scheduler.now + PATIENCE_MS; database.erasures.size > 0;) {
    if (scheduler.now > until) {
      history.fail('stuck', `an erasure is not reported: ${where(world)}`);
      return;
    }
    await scheduler.sleep(process, 500);
  }
}

/** Forge is the only holder: what is there is true, nothing of the hand-over is left, and Postgres never opens again. */
async function checkFinal(world: World, actor: Actor): Promise<void> {
  const { history, mirror, database } = world;
  await checkForge(world, actor);
  const log = [...mirror.log.values()].reduce((sum, entries) => sum + entries.size, 0);
  if (log + mirror.deleted.size > 0) {
    history.fail('not swept', `${log} log entries, ${mirror.deleted.size} tombstones`);
  }
  if (database.gate.isOpen) history.fail('two authorities', 'the gate of a final tenant is open');
}

/** Repeats a command until it has come to what it is for. */
async function insist(
  world: World,
  actor: Actor,
  command: Command,
  isThere: () => boolean,
): Promise<void> {
  const { scheduler, history } = world;
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await run(world, actor, { command }, FREEZE_MS);
    } catch (error) {
      last = error;
    }
    if (isThere()) return;
    await scheduler.sleep(actor.process, 2_000);
  }
  const why = last instanceof Error ? last.message : 'no error';
  history.fail('stuck', `${command} does not help: ${where(world)}; ${why}`);
}

/** Every bucket takes writes, on the side that the stage names, and what is sent is not fenced off. */
function isSettled({ database, mirror }: World): boolean {
  const heads = [...mirror.heads.values()];
  if (database.stage === 'final') {
    return database.isSwept && heads.every((head) => head.auth === 'S');
  }
  if (database.stage === 'live' || database.stage === 'settled') {
    return !database.gate.isOpen && heads.every((head) => head.auth === 'F');
  }
  const isPostgres = database.stage === 'copy' || database.stage === 'verify';
  const { isOpen, epoch } = database.gate;
  return isPostgres && isOpen && heads.every((head) => head.auth === 'P' && head.epoch === epoch);
}

function where({ database, mirror }: World): string {
  const heads = [...mirror.heads.values()].map(({ epoch, auth, seq }) => `${epoch}${auth}${seq}`);
  const gate = `${database.gate.isOpen ? 'open' : 'closed'} at ${database.gate.epoch}`;
  return `stage ${database.stage}, gate ${gate}, heads ${heads.join(' ')}, dirty ${database.dirty.size}`;
}

/** Waits until nothing is dirty, then holds Postgres to the history. */
async function awaitEqual(world: World, { process }: Actor): Promise<void> {
  const { scheduler, database, history } = world;
  const until = scheduler.now + PATIENCE_MS;
  while (database.stage !== 'verify' || database.dirty.size > 0) {
    if (scheduler.now > until) {
      history.fail('stuck', `nobody sends what is dirty: ${where(world)}`);
      return;
    }
    await scheduler.sleep(process, 500);
  }
  for (const key of history.keys()) {
    const row = database.rows.get(key);
    const newest = history.newest(key);
    const isSame =
      row !== undefined &&
      newest !== undefined &&
      compareVersions(row.version, newest.version) === 0 &&
      row.value?.m === (newest.deleted ? undefined : newest.mutation);
    if (!isSame) history.fail('lost in Postgres', `${key} is ${JSON.stringify(row)}`);
  }
}

/** Holds Forge to the history, record by record and head by head, by strict reads. */
async function checkForge(world: World, { process }: Actor): Promise<void> {
  const { history, database } = world;
  const { context } = equip(world, process);
  const sums = new Map<number, { digest: string; live: number }>();
  for (const key of history.keys()) {
    const before = history.newest(key);
    const stored = await readStored(context.send, NOTES, key, 'scrub');
    const isSame = (newest: ReturnType<typeof history.newest>): boolean => {
      const isGone = newest?.deleted === true && history.isSealed && stored.hash === undefined;
      return (
        newest !== undefined &&
        (isGone || compareVersions(stored.version, newest.version) === 0) &&
        valueOf(stored.value)?.m === (newest.deleted ? undefined : newest.mutation)
      );
    };
    // Users have gone home, but what they sent may still arrive while this is read.
    if (!isSame(before) && !isSame(history.newest(key)))
      history.fail('lost in Forge', `${key} is ${JSON.stringify(stored)}`);
    const sum = sums.get(database.bucketOf(key)) ?? { digest: EMPTY_DIGEST, live: 0 };
    if (stored.hash !== undefined) sum.digest = xorDigest(sum.digest, stored.hash);
    if (!stored.deleted) sum.live += 1;
    sums.set(database.bucketOf(key), sum);
  }
  for (let bucket = 0; bucket < database.buckets; bucket += 1) {
    const head = await readHead(context.send.carrier, bucket);
    const stored = sums.get(bucket) ?? { digest: EMPTY_DIGEST, live: 0 };
    const expected = head?.auth === 'P' ? database.sumOf(bucket, world.target.tenantKey) : stored;
    if (head === undefined) continue;
    if (head.dg !== expected.digest || head.cnt !== expected.live || head.dg !== stored.digest) {
      history.fail('digest', `bucket ${bucket} of ${process.name} says ${head.dg}, ${head.cnt}`);
    }
  }
}

async function readHead(
  carrier: Actor['context']['send']['carrier'],
  bucket: number,
): Promise<Head | undefined> {
  const key = headKey(NOTES.group, bucket);
  const reply = await carrier.get({ key, entity: HEAD_ENTITY });
  return reply.kind === 'ok' ? parseHead(reply.value?.value, key) : undefined;
}
