import { createHead } from '../copy/create-head.ts';
import { terminate } from '../handover/survive.ts';
import { equip, type Actor } from './actor.ts';
import type { World } from './world.ts';

/** Ends the tenant as the operator's tool does: what Forge took is brought back first, if it answers. */
export async function runTerminate(world: World, { context, process }: Actor): Promise<void> {
  const options = { who: process.name, reason: 'given up', mayAsk: !world.isTokenGone };
  await terminate(context, options);
}

/** The app is installed again and the tenant enrolled, as a new incarnation with empty storage. May be repeated. */
export async function runReinstall(world: World, process: Actor['process']): Promise<void> {
  world.reinstall();
  const { number } = world.installation;
  const { connection } = equip(world, process);
  await connection.enrolment.register(number);
  if (world.database.stage !== 'off' || world.database.installation !== number) return;
  // Joined for the incarnation that has just begun.
  const { context, connection: now } = equip(world, process);
  const { epoch, buckets } = await now.enrolment.occupied();
  for (let bucket = 0; bucket < world.plan.buckets; bucket += 1) {
    const isOccupied = buckets.has(bucket);
    const head = await createHead(context.send, bucket, { epoch, isOccupied });
    await now.enrolment.noteHead(bucket, head);
  }
  await now.enrolment.begin(number);
}
