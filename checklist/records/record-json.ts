/** JSON as records hold it; a key with `undefined` is an absent key. The same shape as the layer's `Json`. */
export type RecordJson =
  | null
  | boolean
  | number
  | string
  | readonly RecordJson[]
  | { readonly [key: string]: RecordJson | undefined };

/** Which state of a record this is; only equality means something here. The same shape as the layer's `Version`. */
export interface RecordVersion {
  readonly e: number;
  readonly n: number;
}

/** A record as it was read; `value` is undefined when there is none. */
export interface ReadRecord {
  readonly version: RecordVersion;
  readonly value: RecordJson | undefined;
}

/** A field of a stored object; undefined when it is none, or has no such field. */
export function field(value: RecordJson | undefined, name: string): RecordJson | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, RecordJson | undefined>>)[name];
}
