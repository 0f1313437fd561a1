import type { Json } from 'crossgrade';
import { field } from '../../checklist/records/index.ts';

/** Anything that came back from Forge storage, before it is trusted. */
export type Stored = Json | undefined;

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
