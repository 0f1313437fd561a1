import { z } from 'zod';

/** What a frame is for besides the issue or project of its page, as it stands in the page and comes back from it. */
export const Purpose = z.object({
  /** Which of a module's pages: the form that makes or changes a configuration, or its summary. */
  entry: z.enum(['view', 'create', 'edit']).optional(),
  gadget: z.object({ dashboardId: z.string(), gadgetId: z.string() }).optional(),
  rule: z
    .object({ projectKey: z.string(), transitionId: z.string(), ruleId: z.string().optional() })
    .optional(),
  /** True right after a panel was added to an issue. */
  isNew: z.boolean().optional(),
  /** `ac.…` parameters of the page's own address, for the address of a Connect page. */
  parameters: z.record(z.string(), z.string()).optional(),
  /** What a Forge modal was opened with. */
  modal: z.unknown().optional(),
});

export type Purpose = z.infer<typeof Purpose>;

/** Ids inside one page: the same module may stand there more than once. */
export function elementIdOf(kind: string, key: string, { entry, gadget, rule }: Purpose): string {
  const place = gadget?.gadgetId ?? rule?.ruleId ?? rule?.transitionId;
  return [kind, key, place, entry].filter((part) => part !== undefined).join('-');
}
