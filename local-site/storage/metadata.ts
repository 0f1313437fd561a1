import type { Item } from './items.ts';
import type { MetadataField } from './wire.ts';

/**
 * One item as JSON text of an answer, its value spliced in as stored. Creation and update times are epoch milliseconds,
 * the expiry is ISO 8601; each stands there only on request [doc].
 */
export function itemText(
  item: Item,
  entityName: string | undefined,
  fields: readonly MetadataField[] | undefined,
): string {
  let text = `{"key":${JSON.stringify(item.key)}`;
  if (entityName !== undefined) text += `,"entityName":${JSON.stringify(entityName)}`;
  text += `,"value":${item.value}`;
  for (const field of fields ?? []) text += metadataText(item, field);
  return `${text}}`;
}

function metadataText(item: Item, field: MetadataField): string {
  switch (field) {
    case 'CREATED_AT':
      return `,"createdAt":${item.created_at}`;
    case 'UPDATED_AT':
      return `,"updatedAt":${item.updated_at}`;
    case 'EXPIRE_TIME':
      return item.expires_at === null
        ? ''
        : `,"expireTime":"${new Date(item.expires_at).toISOString()}"`;
  }
}

/** Bytes of key and value alone, one of the two readings of what is charged. */
export function itemBytes(item: { readonly key: string; readonly value: string }): number {
  return Buffer.byteLength(item.key) + Buffer.byteLength(item.value);
}
