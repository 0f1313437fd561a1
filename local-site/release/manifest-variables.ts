const REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * The values of a manifest's variables, found by laying the manifest over an earlier one in which they were filled in. Before a
 * deploy the command line uploads the manifest with `${…}` in it, so the platform can only compare what it can fill. Lists are
 * matched by `key`, else by position; a reference inside of a longer text is left alone.
 */
export function manifestVariables(written: unknown, filled: unknown): Record<string, string> {
  const values: Record<string, string> = {};
  lay(written, filled, values);
  return values;
}

function lay(written: unknown, filled: unknown, values: Record<string, string>): void {
  if (typeof written === 'string') {
    const name = REFERENCE.exec(written)?.[1];
    if (name !== undefined && typeof filled === 'string') values[name] ??= filled;
  } else if (Array.isArray(written)) {
    const candidates: readonly unknown[] = Array.isArray(filled) ? filled : [];
    for (const [index, item] of (written as readonly unknown[]).entries()) {
      const key = keyOf(item);
      const match =
        key === undefined
          ? candidates[index]
          : candidates.find((candidate) => keyOf(candidate) === key);
      lay(item, match, values);
    }
  } else if (isRecord(written) && isRecord(filled)) {
    for (const [name, value] of Object.entries(written)) lay(value, filled[name], values);
  }
}

function keyOf(item: unknown): unknown {
  return isRecord(item) ? item['key'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
