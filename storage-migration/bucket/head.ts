import { z } from 'zod';
import { LayerError } from '../errors.ts';
import type { Authority } from '../terms.ts';
import { EMPTY_DIGEST, type Hash } from './digest.ts';
import { formatCursor, parseCursor, START, type Cursor } from './position.ts';
import { HEAD_CAPACITY, Sketch } from './sketch.ts';

/** Entity of the heads. No underscore: two documented patterns of entity names disagree about it. */
export const HEAD_ENTITY = 'mig-head';

/** Forge's integers have 32 bits; an alarm long before they overflow. */
export const COUNTER_ALARM = 2 ** 30;

/** A bucket's register in Forge: lock, fence, log position, backfill checkpoint and digest at once. */
export interface Head {
  readonly epoch: number;
  readonly auth: Authority;
  /** +1 in every data transaction on the bucket: the compare-and-set value and the log position. */
  readonly seq: number;
  /** `seq` at the last flip to `F`; reverse replication starts after it. Under a sealed head: where the log ended. */
  readonly f0: number;
  /** Live records. */
  readonly cnt: number;
  readonly dg: Hash;
  readonly sk: Sketch;
  readonly bf: Cursor;
  readonly inc: number;
  readonly mapv: number;
}

const integer = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const stored = z.object({
  epoch: integer,
  auth: z.enum(['P', 'F', 'D', 'S']),
  seq: integer,
  f0: integer,
  cnt: integer,
  dg: z.string().regex(/^[0-9a-f]{32}$/),
  sk: z.string().min(16),
  bf: z.string().min(1),
  inc: integer,
  mapv: integer,
});

export function headKey(group: string, bucket: number): string {
  return `h:${group}:${bucket}`;
}

/** The head a bucket begins with. */
export function newHead({ epoch, inc, mapv }: Pick<Head, 'epoch' | 'inc' | 'mapv'>): Head {
  const sk = Sketch.empty(HEAD_CAPACITY);
  return { epoch, auth: 'P', seq: 0, f0: 0, cnt: 0, dg: EMPTY_DIGEST, sk, bf: START, inc, mapv };
}

/** The attributes as they are stored. */
export function formatHead(head: Head): z.infer<typeof stored> {
  return { ...head, sk: head.sk.toString(), bf: formatCursor(head.bf) };
}

/** Parses a stored head. Throws `head.malformed` when it is no head of ours. */
export function parseHead(value: unknown, key: string): Head {
  const parsed = stored.safeParse(value);
  const bf = parsed.success ? parseCursor(parsed.data.bf) : undefined;
  if (!parsed.success || bf === undefined) {
    throw new LayerError('head.malformed', `${key} is no head`, { cause: parsed.error });
  }
  try {
    return { ...parsed.data, sk: Sketch.parse(parsed.data.sk), bf };
  } catch (cause) {
    throw new LayerError('head.malformed', `${key} holds no readable sketch`, { cause });
  }
}
