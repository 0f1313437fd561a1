import { HeadBook } from '../copy/head-book.ts';
import { newCopyAccount } from '../copy/reach.ts';
import type { SendContext } from '../copy/send-context.ts';
import { memoryGovernorStore, UnitAccount } from '../copy/unit-account.ts';
import { RestCarrier } from '../forge/rest.ts';
import type { EraseContext } from '../handover/erase.ts';
import { connect, type Connection } from './connection.ts';
import type { Installation } from './installation.ts';
import { networkOf } from './network.ts';
import { NOTES } from './notes.ts';
import { Process } from './scheduler.ts';
import type { World } from './world.ts';

const SCOPE = { tenant: 'tenant', group: NOTES.group };

/** A process with what it works with. Its memory is its own; a restarted one begins anew. */
export interface Actor {
  readonly process: Process;
  readonly connection: Connection;
  readonly context: EraseContext;
  /** The one that its calls go to. */
  readonly installation: Installation;
}

/** A new process with everything the layer asks for. `inForge`: a function, which needs no token. */
export function startActor(world: World, name: string, inForge = false): Actor {
  return equip(world, new Process(name), inForge);
}

/** Whether the process works with the app as it is installed now, in the incarnation of now. */
export function isCurrent(world: World, { installation, context }: Actor): boolean {
  const { incarnation } = context.send.scope;
  return installation === world.installation && incarnation === world.database.incarnation;
}

/** What a process works with: anew when the app was installed again. */
export function equip(world: World, process: Process, inForge = false): Actor {
  const { installation, scheduler } = world;
  const timing = {
    now: () => scheduler.now,
    sleep: (ms: number) => scheduler.sleep(process, ms),
  };
  const send: SendContext = {
    scope: world.target,
    carrier: new RestCarrier({
      baseUrl: 'http://forge.invalid',
      token: () => Promise.resolve(world.isTokenGone && !inForge ? undefined : 'token'),
      // Time-outs are the network's to decide.
      timeoutMs: 2 ** 31 - 1,
      fetch: networkOf(world, process, installation),
    }),
    units: new UnitAccount(memoryGovernorStore(), timing, { unitsPerMinute: 10_000_000 }),
    timing,
    heads: new HeadBook(),
    random: world.random,
    account: newCopyAccount(),
  };
  for (let bucket = 0; bucket < world.plan.buckets; bucket += 1) {
    const { seen } = world.database.racked(bucket);
    send.heads.recall(bucket, seen.e, seen.n);
  }
  const connection = connect(world, process);
  const { postgres, ledger, operations, reader } = connection;
  const context = { scope: SCOPE, group: NOTES, send, ledger, postgres, operations, reader };
  return { process, connection, context, installation };
}
