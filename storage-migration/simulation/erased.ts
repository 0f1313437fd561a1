import { compareVersions, type Version } from '../terms.ts';
import type { World } from './world.ts';

/**
 * An erasure has just been reported: neither side may hold anything older than its delete, nothing at Forge may still name the
 * key in clear, and no part of an old value may be left.
 */
export function rejectUnerased(world: World, keys: ReadonlyMap<string, Version | undefined>): void {
  const { database, history, mirror } = world;
  const hasTarget = database.stage !== 'off';
  for (const [key, version] of keys) {
    const fail = (what: string): void => history.fail('erased, yet there', `${key}: ${what}`);
    if (version === undefined) {
      fail('no delete has a version');
      continue;
    }
    const row = database.rows.get(key);
    if (row?.value !== undefined && compareVersions(row.version, version) < 0) fail('in Postgres');
    if (!hasTarget) continue;
    const head = mirror.heads.get(database.bucketOf(key));
    const stored = mirror.versions.get(key);
    const isShown = stored !== undefined && !mirror.deleted.has(key);
    if (isShown && compareVersions(stored, version) < 0) fail('at Forge');
    // Without a tombstone an old send that is still under way would find the place empty; a storage that is younger than the
    // delete was never sent anything older.
    const atBegin = database.versionsAtBegin.get(key);
    const isYounger =
      version.e < mirror.enrolledAt ||
      (atBegin !== undefined && compareVersions(version, atBegin) <= 0);
    if (stored === undefined && head?.auth !== 'S' && !isYounger)
      fail('nothing at Forge stops an old send');
    const isNamed = mirror
      .namedIn(database.bucketOf(key))
      .some((one) => one.key === key && compareVersions(one.version, version) <= 0);
    if (isNamed && head?.auth !== 'S') fail('the log names it');
    if (mirror.parts.isLeft(key)) fail('parts of it are left');
  }
}
