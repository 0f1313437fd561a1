/** Limits of Forge storage, from the pages `limits-kvs-ce` and `storage-reference/entities-manifest`. */
export const MAX_VALUE_BYTES = 240 * 1_024;

/** The limits page says 31 and the error table 32: the stricter one holds. */
export const MAX_DEPTH = 31;
