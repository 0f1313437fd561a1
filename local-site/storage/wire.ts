import { z } from 'zod';
import { StorageError } from './errors.ts';

/*
 * The bodies of @forge/kvs 1.6.5, recorded from the running package. Unknown fields are ignored, so that a later SDK is
 * understood as long as it means the same. What has an error code of its own (counts, keys, values, conditions) is
 * checked after parsing, by the file that knows the rule.
 */

const metadataFields = z.array(z.enum(['CREATED_AT', 'UPDATED_AT', 'EXPIRE_TIME']));
const readOptions = z.object({ metadataFields: metadataFields.optional() });
const ttl = z.object({ value: z.unknown(), unit: z.unknown() });
const writeOptions = z.object({ ttl: ttl.optional() });
const filters = z.object({
  and: z.array(z.unknown()).optional(),
  or: z.array(z.unknown()).optional(),
});
const key = z.string();
const entityName = z.string();

const metadata = readOptions.optional();

/** One body for all three kinds of space; `entityName` is required on the entity paths, see `single.ts`. */
const target = { key, entityName: entityName.optional() };

export const getBody = z.object({ ...target, options: metadata });

export const setBody = z.object({
  ...target,
  value: z.unknown(),
  options: writeOptions
    .extend({
      keyPolicy: z.enum(['FAIL_IF_EXISTS', 'OVERRIDE']).optional(),
      returnValue: z.enum(['PREVIOUS', 'LATEST']).optional(),
      returnMetadataFields: metadataFields.optional(),
    })
    .optional(),
});

export const deleteBody = z.object(target);

const limit = z.number().optional();
const cursor = z.string().optional();

/** Plain keys send their cursor as `after`. */
export const queryBody = z.object({
  limit,
  after: cursor,
  where: z
    .array(z.object({ property: z.string(), condition: z.string(), values: z.array(z.unknown()) }))
    .optional(),
  options: metadata,
});

export const entityQueryBody = z.object({
  entityName,
  indexName: z.string(),
  partition: z.array(z.unknown()).optional(),
  range: z.object({ condition: z.string(), values: z.array(z.unknown()) }).optional(),
  filters: filters.optional(),
  sort: z.enum(['ASC', 'DESC']).optional(),
  cursor,
  limit,
  options: metadata,
});

export const transactionBody = z.object({
  set: z
    .array(
      z.object({
        ...target,
        value: z.unknown(),
        conditions: filters.optional(),
        options: writeOptions.optional(),
      }),
    )
    .optional(),
  delete: z.array(z.object({ ...target, conditions: filters.optional() })).optional(),
  check: z.array(z.object({ ...target, conditions: filters.optional() })).optional(),
});

export const batchSetBody = z.array(
  z.object({ ...target, value: z.unknown(), options: writeOptions.optional() }),
);
export const batchGetBody = z.array(z.object({ ...target, options: metadata }));
export const batchDeleteBody = z.array(z.object(target));

export type MetadataField = z.infer<typeof metadataFields>[number];
export type SetOptions = z.infer<typeof setBody>['options'];
export type RawFilters = z.infer<typeof filters>;
export type RawTtl = z.infer<typeof ttl>;

/** Throws `INVALID_REQUEST` that names the first field at fault. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new StorageError('INVALID_REQUEST', {
    message: `${field === '' ? 'The body' : field}: ${issue?.message ?? 'not as expected'}`,
  });
}
