import * as z from 'zod';
import type { LimitName } from './limits.ts';
import { LIMITS, countCharacters, limitSentence } from './limits.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Why a text cannot be kept exactly as it was sent, or null. Postgres holds no NUL, UTF-8 no lone surrogate. */
function unstorable(text: string): string | null {
  if (text.includes('\u0000')) return 'The text contains a NUL character.';
  if (LONE_SURROGATE.test(text)) return 'The text contains half of a surrogate pair.';
  return null;
}

/**
 * A text a person typed: not blank, storable on both sides without change, within a published limit. It is never trimmed or
 * normalised: what was sent is what is kept. A text over its limit is marked so that `parseRequest` can answer `over_limit`.
 */
export function boundedText(limit: LimitName): z.ZodString {
  return z.string().superRefine((text, context) => {
    const reason = unstorable(text) ?? (text.trim() === '' ? 'The text is empty.' : null);
    if (reason !== null) {
      context.addIssue({ code: 'custom', message: reason });
    } else if (countCharacters(text) > LIMITS[limit]) {
      context.addIssue({ code: 'custom', message: limitSentence(limit), params: { limit } });
    }
  });
}

/** A UUID in lower case, as Postgres gives it back; an upper-case one is accepted and lowered. */
export const uuid = z.uuid().toLowerCase();
