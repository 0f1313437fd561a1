/** The four tests of an entity property that Connect and Forge share. */
export type PropertyTest = 'exists' | 'equalTo' | 'containsAny' | 'containsAll';

/**
 * Tests the value of an entity property. `path` leads into it by names parted by dots. Values are compared as strings: an
 * object as its JSON, an array element by element [doc: Forge, "Entity property conditions"]. A missing value passes no test.
 */
export function comparesProperty(
  test: PropertyTest,
  value: unknown,
  path: string | undefined,
  expected: string | readonly string[] | undefined,
): boolean {
  const found = path === undefined || path === '' ? value : inside(value, path.split('.'));
  if (found === undefined) return false;
  if (test === 'exists') return true;
  if (expected === undefined) return false;
  if (test === 'equalTo') return !Array.isArray(expected) && text(found) === expected;
  const have = new Set(Array.isArray(found) ? found.map(text) : [text(found)]);
  const wanted = typeof expected === 'string' ? [expected] : expected;
  const has = (each: string): boolean => have.has(each);
  return test === 'containsAny' ? wanted.some(has) : wanted.every(has);
}

function inside(value: unknown, names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
