import { createHmac } from 'node:crypto';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import { inspectSettled } from '../copy/read-stored.ts';
import { positionsOf } from '../postgres/positions.ts';
import { splitKey } from '../record/define-record.ts';
import { NO_VERSION, type Version } from '../terms.ts';
import { expectedOf } from '../verify/expected.ts';
import { followerOf, type VerifyContext } from '../verify/verify-context.ts';
import { classifyShadow, type ShadowClass, type ShadowSide } from './classify-shadow.ts';

/** What is told of one comparison: neither the key nor any value, both may name people. */
export interface ShadowReport {
  readonly class: ShadowClass;
  readonly type: string;
  /** HMAC of the key under the tenant's key: the same record has the same one. */
  readonly record: string;
  readonly authority: 'postgres' | 'forge';
  readonly versions: { readonly postgres: Version; readonly forge: Version };
}

const NOTHING: ShadowSide = { version: NO_VERSION, deleted: true, hash: undefined };

/** Reads a record on both sides, the follower first, and puts it into its class. */
export async function readBoth(context: VerifyContext, key: string): Promise<ShadowReport> {
  const isForge = followerOf(context) === 'postgres';
  const { here, there, mayLag } = isForge
    ? await behindForge(context, key)
    : await behindPostgres(context, key);
  const [authority, follower] = isForge ? [there, here] : [here, there];
  const mac = createHmac('sha256', context.send.scope.tenantKey).update('shadow:').update(key);
  return {
    class: classifyShadow(authority, follower, mayLag),
    type: splitKey(key).type,
    record: mac.digest('hex').slice(0, 16),
    authority: isForge ? 'forge' : 'postgres',
    versions: { postgres: here.version, forge: there.version },
  };
}

/** The same side twice: what differs then is noise, for instance people who write. */
export async function readTwice(context: VerifyContext, key: string): Promise<ShadowClass> {
  const read = () =>
    followerOf(context) === 'postgres' ? sideOfForge(context, key) : sideOfPostgres(context, key);
  const first = await read();
  return classifyShadow(await read(), first, false);
}

interface Both {
  readonly here: ShadowSide;
  readonly there: ShadowSide;
  readonly mayLag: boolean;
}

async function behindPostgres(context: VerifyContext, key: string): Promise<Both> {
  const there = await sideOfForge(context, key);
  const here = (await expectedOf(context, [key])).get(key);
  return { here: here ?? NOTHING, there, mayLag: here?.mayLag ?? false };
}

/** What the log names up to the head, and has not come back, explains an older Postgres. */
async function behindForge(context: VerifyContext, key: string): Promise<Both> {
  const { send, pool, scope } = context;
  const bucket = bucketOf(slotOf(key), send.scope.buckets);
  // Before Postgres: what has come back by then is in what is read after it.
  const back = (await positionsOf(pool, scope)).get(bucket) ?? 0;
  const here = await sideOfPostgres(context, key);
  const there = await sideOfForge(context, key);
  const head = await send.heads.readStrictly(send, bucket);
  return { here, there, mayLag: Math.max(back, head.f0) < head.seq };
}

async function sideOfPostgres(context: VerifyContext, key: string): Promise<ShadowSide> {
  return (await expectedOf(context, [key])).get(key) ?? NOTHING;
}

/** A record whose parts are gone has its version and no content: it equals nothing. */
async function sideOfForge(context: VerifyContext, key: string): Promise<ShadowSide> {
  const { version, deleted, hash, broken } = await inspectSettled(
    ...([context.send, context.group, key, 'scrub'] as const),
  );
  return { version, deleted, hash: broken === undefined ? hash : 'broken' };
}
