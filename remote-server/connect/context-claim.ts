import { z } from 'zod';

const id = z
  .union([z.string().min(1), z.number().int()])
  .transform(String)
  .optional()
  .catch(undefined);

const contextSchema = z.object({
  user: z.object({ accountId: z.string() }).optional().catch(undefined),
  jira: z
    .object({
      issue: z.object({ id }).optional().catch(undefined),
      project: z.object({ id }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** What the `context` claim of a context token says about the page. */
export interface PageContext {
  readonly accountId: string | undefined;
  readonly issueId: string | undefined;
  readonly projectId: string | undefined;
}

/** Reads the claim; parts that are missing or odd are undefined, and a route that needs them refuses. */
export function pageContextOf(claim: unknown): PageContext {
  const context = contextSchema.safeParse(claim).data;
  return {
    accountId: context?.user?.accountId,
    issueId: context?.jira?.issue?.id,
    projectId: context?.jira?.project?.id,
  };
}
