import { inLanes, LANES } from '../copy/in-lanes.ts';
import { inspect } from '../copy/read-stored.ts';
import { classify } from './classify.ts';
import { classifyBehindForge } from './classify-behind-forge.ts';
import { expectedOf } from './expected.ts';
import type { Pair } from './gap.ts';
import { followerOf, type Finding, type VerifyContext } from './verify-context.ts';

/** Looks again, because a write between the two reads looks like a difference. */
const LOOKS = 3;

/** What strict reads of one record came to, at the last look. */
export interface Look extends Pair {
  readonly verdict: Finding | 'same' | 'lag';
}

/**
 * Compares suspected keys by strict reads, Postgres after Forge. Only what differs at every look is a finding; what has
 * become dirty meanwhile is lag.
 */
export async function examine(
  context: VerifyContext,
  suspects: Iterable<string>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  await inLanes([...suspects], LANES, async (key) => {
    const { verdict } = await lookStrictly(context, key);
    if (typeof verdict !== 'string') findings.push(verdict);
  });
  return findings;
}

/** As {@link examine}, for one key, with both sides as they were read. */
export async function lookStrictly(context: VerifyContext, key: string): Promise<Look> {
  for (let look = 1; ; look += 1) {
    const found = await inspect(context.send, context.group, key, 'scrub');
    const { version, deleted, hash, broken } = found;
    const stored = { version, deleted, hash };
    const { verdict, expected } =
      followerOf(context) === 'postgres'
        ? await classifyBehindForge(context, key, stored)
        : await classifyBehindPostgres(context, key, stored);
    if (typeof verdict === 'string') return { key, expected, stored, verdict };
    const detail = broken === undefined ? {} : { parts: broken };
    if (look === LOOKS) {
      return {
        ...{ key, expected, stored },
        verdict: { ...verdict, detail: { ...verdict.detail, ...detail } },
      };
    }
    // A push that was under way when we looked has ended by the next look.
    await context.send.timing.sleep(200);
  }
}

async function classifyBehindPostgres(
  context: VerifyContext,
  key: string,
  stored: Pair['stored'],
): Promise<Pick<Look, 'verdict' | 'expected'>> {
  const expected = (await expectedOf(context, [key])).get(key);
  return { verdict: classify(key, expected, stored), expected };
}
