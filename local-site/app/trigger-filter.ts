import { z } from 'zod';

/** What decides whether an event reaches a trigger (`manifest-reference/modules/trigger`). */
export interface TriggerFilter {
  /** Events that the app itself caused do not come. */
  readonly ignoreSelf: boolean;
  /** A Jira expression over `event`. */
  readonly expression: string | undefined;
  /** What happens when the expression fails. */
  readonly onError: OnFilterError;
  /** `payload.include.propertyPaths`: entity properties that come with the event. */
  readonly propertyPaths: readonly string[];
}

const ON_ERROR = ['IGNORE_AND_LOG', 'IGNORE', 'RECEIVE_AND_LOG', 'RECEIVE'] as const;
export type OnFilterError = (typeof ON_ERROR)[number];

const module = z.looseObject({
  filter: z
    .looseObject({
      ignoreSelf: z.boolean().optional(),
      expression: z.string().optional(),
      onError: z.enum(ON_ERROR).optional(),
    })
    .optional(),
  payload: z
    .looseObject({
      include: z.looseObject({ propertyPaths: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
});

/**
 * Reads the filter of one `trigger` module; undefined when it has none. Throws a ZodError for a filter of another shape.
 * `appIsLicensed` is read with the target.
 */
export function readTriggerFilter(declared: unknown): TriggerFilter | undefined {
  const { filter, payload } = module.parse(declared);
  const propertyPaths = payload?.include?.propertyPaths ?? [];
  if (filter === undefined && propertyPaths.length === 0) return undefined;
  return {
    ignoreSelf: filter?.ignoreSelf === true,
    expression: filter?.expression,
    onError: filter?.onError ?? 'IGNORE_AND_LOG',
    propertyPaths,
  };
}
