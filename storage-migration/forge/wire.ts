import type { Transaction } from './carrier.ts';

/**
 * The body of a transaction as it goes over the wire. Written by hand from the parts' own JSON, so that what was measured
 * when packing is, to the byte, what is sent: Forge charges by the size of the body.
 */
export function transactionBody(transaction: Transaction): string {
  const parts: string[] = [];
  if (transaction.set.length > 0) {
    parts.push(`"set":[${transaction.set.map(setOperationJson).join(',')}]`);
  }
  if (transaction.delete.length > 0) {
    parts.push(`"delete":[${transaction.delete.map(itemKeyJson).join(',')}]`);
  }
  return `{${parts.join(',')}}`;
}

export function setOperationJson(operation: Transaction['set'][number]): string {
  const entity =
    operation.entity === undefined ? '' : `,"entityName":${JSON.stringify(operation.entity)}`;
  const conditions =
    operation.conditions === undefined
      ? ''
      : `,"conditions":${JSON.stringify({
          and: operation.conditions.map(({ attribute, value }) => ({
            property: attribute,
            condition: 'EQUAL_TO',
            values: [value],
          })),
        })}`;
  return `{"key":${JSON.stringify(operation.key)},"value":${operation.json}${entity}${conditions}}`;
}

export function itemKeyJson(item: { key: string; entity: string | undefined }): string {
  return JSON.stringify(
    item.entity === undefined ? { key: item.key } : { key: item.key, entityName: item.entity },
  );
}
