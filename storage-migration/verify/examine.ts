import { readStored } from '../copy/read-stored.ts';
import { classify } from './classify.ts';
import { expectedOf } from './expected.ts';
import type { Finding, VerifyContext } from './verify-context.ts';

/** Looks again, because a write between the two reads looks like a difference. */
const LOOKS = 3;

/**
 * Compares suspected keys by strict reads, Postgres after Forge. Only what differs at every look is a finding; what has
 * become dirty meanwhile is lag.
 */
export async function examine(
  context: VerifyContext,
  suspects: Iterable<string>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const key of suspects) {
    const finding = await examineOne(context, key);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

async function examineOne(context: VerifyContext, key: string): Promise<Finding | undefined> {
  let finding: Finding | undefined;
  for (let look = 0; look < LOOKS; look++) {
    const stored = await readStored(context.send, context.group, key, 'scrub');
    const expected = (await expectedOf(context, [key])).get(key);
    const result = classify(key, expected, stored);
    if (result === 'same' || result === 'lag') return undefined;
    finding = result;
    // A push that was under way when we looked has ended by the next look.
    await context.send.timing.sleep(200);
  }
  return finding;
}
