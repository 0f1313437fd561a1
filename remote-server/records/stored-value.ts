import type { Json } from 'crossgrade';

/** Anything that came back from Forge storage, before it is trusted. */
export type Stored = Json | undefined;

/** A field of a stored object; undefined when it is none, or has no such field. */
export function field(value: Stored, name: string): Stored {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, Json>>)[name];
}

/** The stored items; empty when there is no list of them, which then shows in their number. */
export function itemsOf(document: Stored): readonly Json[] {
  const items = field(document, 'items');
  return Array.isArray(items) ? (items as readonly Json[]) : [];
}

export function isSameTime(value: Stored, time: Date): boolean {
  return typeof value === 'string' && new Date(value).getTime() === time.getTime();
}

/** Collects the paths at which a row and a stored value differ. */
export function differences(): {
  readonly paths: string[];
  readonly expect: (path: string, isSame: boolean) => void;
} {
  const paths: string[] = [];
  return {
    paths,
    expect: (path, isSame) => {
      if (!isSame) paths.push(path);
    },
  };
}
