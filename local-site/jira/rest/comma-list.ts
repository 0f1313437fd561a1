/** The values of a parameter that may be repeated and may hold a list parted by commas; undefined when it is absent. */
export function commaList(query: URLSearchParams, name: string): readonly string[] | undefined {
  if (!query.has(name)) return undefined;
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
