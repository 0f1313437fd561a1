import { z } from 'zod';
import { platformOfName } from './platform-of-name.ts';

const entrySchema = z.looseObject({
  version: z.string().optional(),
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

/** The part of `package-lock.json` that is read here. Everything else is kept as it is. */
export const lockSchema = z.looseObject({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), entrySchema),
});
export type Lock = z.infer<typeof lockSchema>;
type Entry = z.infer<typeof entrySchema>;

const EXACT = /^\d+\.\d+\.\d+(?:[-+].*)?$/;

/**
 * The entries that `npm ci` misses: optional dependencies of locked packages, none of which the registry could deliver when
 * the file was made. An entry without address and hash is enough for npm, which never fetches a package of another platform.
 *
 * @throws Error when one is asked for by a range: then no version can be named without the registry.
 */
export function missingOptional(lock: Lock): Record<string, Entry> {
  const missing: Record<string, Entry> = {};
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock, place, name)) continue;
      if (!EXACT.test(version)) {
        throw new Error(
          `${place} wants ${name}@${version}, which is not locked and is a range. Run \`npm install\` where the registry has it.`,
        );
      }
      missing[`node_modules/${name}`] = {
        version,
        ...platformOfName(name),
        ...(entry.dev && { dev: true }),
        optional: true,
      };
    }
  }
  return missing;
}

/** The lock file with `missing` in it, sorted as npm sorts. */
export function complete(lock: Lock, missing: Record<string, Entry>): Lock {
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) =>
    a.localeCompare(b, 'en'),
  );
  return { ...lock, packages: Object.fromEntries(packages) };
}

/** Node's look-up: beside the package, then beside each package around it, then at the root. */
function isLocked(lock: Lock, place: string, name: string): boolean {
  for (let at = place; ; at = parentOf(at)) {
    if (`${at}${at && '/'}node_modules/${name}` in lock.packages) return true;
    if (at === '') return false;
  }
}

function parentOf(place: string): string {
  const end = place.lastIndexOf('/node_modules/');
  return end < 0 ? '' : place.slice(0, end);
}
