/**
 * `text` with the one place `find` replaced, and the line where it stood, counted from 1.
 *
 * @throws Error when it is not there exactly once, so that a broken fixture can't silently become the valid manifest.
 */
export function changeOnce(
  text: string,
  find: string,
  replace: string,
): { text: string; line: number } {
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`"${find}" is not exactly once in the manifest`);
  }
  return { text: `${before}${replace}${after}`, line: before.split('\n').length };
}
