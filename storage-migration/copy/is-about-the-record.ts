const CODES = new Set([
  'MAX_SIZE',
  'MAX_DEPTH',
  'INVALID_KEY',
  'KEY_TOO_LONG',
  'KEY_TOO_SHORT',
  'INVALID_ENTITY_VALUE',
  'INCORRECT_PROPERTY_TYPE',
  'INVALID_ENTITY_ATTRIBUTE',
]);

/** Whether a refusal blames the record, not the app, the token or the schema: then the others can go on without it. */
export function isAboutTheRecord(reply: { readonly code: string }): boolean {
  return CODES.has(reply.code);
}
