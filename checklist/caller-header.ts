import * as z from 'zod';

/**
 * Header of a function's call to the server's `/forge/api`: on whose behalf, and on which issue, the function has found out
 * from Jira that it may act. The server believes it from functions only, never from a page.
 */
export const CALLER_HEADER = 'x-tally-caller';

const id = z.string().regex(/^[0-9]{1,19}$/);

export const callerSchema = z.strictObject({
  accountId: z.string().min(1).max(255),
  issueId: id,
  projectId: id,
});
export type FunctionCaller = z.infer<typeof callerSchema>;

/** The header's value. */
export function formatCaller(caller: FunctionCaller): string {
  return encodeURIComponent(JSON.stringify(callerSchema.parse(caller)));
}

/** Undefined when it is none. */
export function parseCaller(header: string | string[] | undefined): FunctionCaller | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    return callerSchema.safeParse(JSON.parse(decodeURIComponent(header))).data;
  } catch {
    return undefined;
  }
}
