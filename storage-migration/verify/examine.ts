import { inspect } from '../copy/read-stored.ts';
import { classify } from './classify.ts';
import { classifyBehindForge } from './classify-behind-forge.ts';
import { expectedOf } from './expected.ts';
import { followerOf, type Finding, type VerifyContext } from './verify-context.ts';

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
    const { broken, ...stored } = await inspect(context.send, context.group, key, 'scrub');
    const result =
      followerOf(context) === 'postgres'
        ? await classifyBehindForge(context, key, stored)
        : classify(key, (await expectedOf(context, [key])).get(key), stored);
    if (result === 'same' || result === 'lag') return undefined;
    finding =
      broken === undefined ? result : { ...result, detail: { ...result.detail, parts: broken } };
    // A push that was under way when we looked has ended by the next look.
    await context.send.timing.sleep(200);
  }
  return finding;
}
