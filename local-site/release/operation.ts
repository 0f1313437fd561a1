import type { z } from 'zod';
import type { ReleaseParts } from './release-parts.ts';
import type { ReleaseError } from './release-error.ts';

/** One GraphQL operation of the command line, by name. It answers `data`. */
export interface Operation {
  readonly name: string;
  /** Whether these variables are this operation's: two operations of the command line share a name. */
  accepts(variables: unknown): boolean;
  /** @throws ReleaseError */
  answer(parts: ReleaseParts, variables: unknown): unknown;
}

/** Makes an operation whose variables have passed `schema`. */
export function operation<Variables>(
  name: string,
  schema: z.ZodType<Variables>,
  answer: (parts: ReleaseParts, variables: Variables) => unknown,
): Operation {
  return {
    name,
    accepts: (variables) => schema.safeParse(variables).success,
    answer: (parts, variables) => answer(parts, schema.parse(variables)),
  };
}

/** What a mutation answers when it worked. */
export const OK = { success: true, errors: [] } as const;

/** What a mutation answers when it did not: the reason stands in its own list, not in GraphQL's. */
export function refusal(error: ReleaseError): {
  readonly success: false;
  readonly errors: readonly unknown[];
} {
  const { message, code, statusCode } = error;
  return {
    success: false,
    errors: [{ message, extensions: { errorType: code, statusCode } }],
  };
}
