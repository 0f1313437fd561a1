import * as z from 'zod';
import { ChecklistError, malformed, overLimit } from './errors.ts';
import type { LimitName } from './limits.ts';
import { LIMITS, limitSentence } from './limits.ts';
import { settingScopeSchema, settingValueSchema } from './settings.ts';
import { boundedText, uuid } from './text.ts';

const itemText = boundedText('itemTextCharacters');

/** At most `itemsPerList` items, each id given at most once. */
function itemsOf<T extends z.ZodType<{ id?: string | undefined }>>(item: T): z.ZodArray<T> {
  return z.array(item).superRefine((items, context) => {
    if (items.length > LIMITS.itemsPerList) {
      const params = { limit: 'itemsPerList' };
      context.addIssue({ code: 'custom', message: limitSentence('itemsPerList'), params });
    }
    const seen = new Set<string>();
    items.forEach(({ id }, index) => {
      if (id === undefined) return;
      if (seen.has(id)) {
        context.addIssue({
          code: 'custom',
          message: 'This id is given twice.',
          path: [index, 'id'],
        });
      }
      seen.add(id);
    });
  });
}

const newItem = z.strictObject({
  id: uuid.optional(),
  text: itemText,
  done: z.boolean().optional(),
  mandatory: z.boolean().optional(),
});
const newTemplateItem = z.strictObject({
  id: uuid.optional(),
  text: itemText,
  mandatory: z.boolean().optional(),
});

/** The bodies of the JSON API, one per route that takes one. Unknown fields are refused, so a typing error is heard. */
export const requests = {
  addList: z.strictObject({
    id: uuid.optional(),
    name: boundedText('listNameCharacters'),
    items: itemsOf(newItem).optional(),
  }),
  applyTemplate: z.strictObject({ id: uuid.optional(), templateId: uuid }),
  renameList: z.strictObject({ name: boundedText('listNameCharacters').optional() }),
  /** `after: null` moves to the front. */
  move: z.strictObject({ after: uuid.nullable() }),
  /** `after` left out appends, null puts the item first. */
  addItem: newItem.extend({ after: uuid.nullable().optional() }),
  editItem: z.strictObject({
    text: itemText.optional(),
    done: z.boolean().optional(),
    mandatory: z.boolean().optional(),
  }),
  createTemplate: z.strictObject({
    id: uuid.optional(),
    name: boundedText('templateNameCharacters'),
    items: itemsOf(newTemplateItem),
  }),
  updateTemplate: z.strictObject({
    name: boundedText('templateNameCharacters'),
    items: itemsOf(newTemplateItem),
  }),
  putSetting: z.strictObject({ scope: settingScopeSchema.optional(), value: settingValueSchema }),
} as const;

export type AddListBody = z.infer<typeof requests.addList>;
export type ApplyTemplateBody = z.infer<typeof requests.applyTemplate>;
export type RenameListBody = z.infer<typeof requests.renameList>;
export type MoveBody = z.infer<typeof requests.move>;
export type AddItemBody = z.infer<typeof requests.addItem>;
export type EditItemBody = z.infer<typeof requests.editItem>;
export type CreateTemplateBody = z.infer<typeof requests.createTemplate>;
export type UpdateTemplateBody = z.infer<typeof requests.updateTemplate>;
export type PutSettingBody = z.infer<typeof requests.putSetting>;

/**
 * Reads a request body or a path parameter. Throws `ChecklistError`: `malformed` with the path of the first fault, or
 * `over_limit` when the only faults are published limits.
 */
export function parseRequest<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fault = result.error.issues.find((issue) => limitOf(issue) === null);
  if (fault) throw malformed(pathOf(fault), fault.message);
  const over = result.error.issues[0];
  const limit = over && limitOf(over);
  if (!over || !limit) throw malformed('body', 'It cannot be read.', { cause: result.error });
  throw overLimit(limit, pathOf(over));
}

/** An id in a path: a string that is no UUID names nothing, so this is `not_found`, not `malformed`. */
export function parseId(what: 'list' | 'item' | 'template', input: unknown): string {
  const result = uuid.safeParse(input);
  if (result.success) return result.data;
  throw new ChecklistError(
    { code: 'not_found', what },
    'There is nothing at this address.',
    'Check the id in the address; ids are UUIDs.',
  );
}

function limitOf(issue: z.core.$ZodIssue): LimitName | null {
  const limit: unknown = issue.code === 'custom' ? issue.params?.['limit'] : undefined;
  return typeof limit === 'string' && limit in LIMITS ? (limit as LimitName) : null;
}

function pathOf(issue: z.core.$ZodIssue): string {
  const extra = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...extra].map(String).join('.');
  return path === '' ? 'body' : path;
}
