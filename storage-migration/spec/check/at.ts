/** The item at a place that exists. Throws when it does not: a mistake in the model itself. */
export function at<T>(list: readonly T[], place: number): T {
  const item = list[place];
  if (item === undefined) throw new RangeError(`There is nothing at ${place}.`);
  return item;
}
