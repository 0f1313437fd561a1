import { END, START, comparePositions, covers, type Cursor } from '../bucket/position.ts';
import { EMPTY_DIGEST, xorDigest } from '../bucket/digest.ts';
import { bucketOf, slotOf } from '../bucket/slot.ts';
import type { Slice } from '../copy/source.ts';
import { LayerError } from '../errors.ts';
import type { SurvivingSide } from '../handover/operations-side.ts';
import type { StageChange } from '../handover/postgres-side.ts';
import { isSetAside, prepare, type VersionedRow } from '../record/outgoing.ts';
import { compareVersions, type Condition, type Stage, type Version } from '../terms.ts';
import type { Value } from './history.ts';
import { Locks } from './locks.ts';
import { NOTES } from './notes.ts';

/** A version with its row, as a commit leaves them. */
export interface Row {
  readonly version: Version;
  readonly value: Value | undefined;
}

interface Racked {
  seq: number;
  seen: Version;
  cursor: Cursor;
}

/**
 * One tenant in a Postgres that exists only in memory: what the SQL promises, written apart from it. The gate's lock waits
 * for open transactions, snapshots are of one moment, versions are counted per record, dirty is a set, the reverse position
 * only goes forward. Methods here happen at once; waiting, losing and locking is the connection's business.
 */
export class MemoryPostgres {
  readonly locks = new Locks();
  readonly buckets: number;
  incarnation = 1;
  /** Number of the installation that the tenant belongs to. */
  installation = 1;
  gate = { isOpen: true, epoch: 1 };
  stage: Stage = 'copy';
  condition: Condition | null = null;
  /** Finalize has begun; its sweep has ended. */
  isSealing = false;
  isSwept = false;
  readonly swept = new Set<number>();
  readonly rows = new Map<string, Row>();
  /** Versions that were there when the present target began: nothing older than these was ever sent to it. */
  versionsAtBegin: ReadonlyMap<string, Version> = new Map();
  readonly dirty = new Map<string, Version>();
  readonly passes: { readonly incarnation: number; readonly epoch: number }[] = [];
  readonly erasures = new Map<string, Map<string, Version | undefined>>();
  readonly audit: { readonly action: string; readonly from: Stage; readonly to: Stage }[] = [];
  #racked: Racked[];
  #operation = '';

  constructor(buckets: number) {
    this.buckets = buckets;
    this.#racked = unracked(buckets);
  }

  racked(bucket: number): Racked {
    const row = this.#racked[bucket];
    if (row === undefined) throw new RangeError(`no bucket ${bucket}`);
    return row;
  }

  bucketOf(key: string): number {
    return bucketOf(slotOf(key), this.buckets);
  }

  /** A bucket that holds nothing at enrolment begins with its backfill done. */
  enrol(): void {
    const occupied = new Set([...this.rows.keys()].map((key) => this.bucketOf(key)));
    this.#racked.forEach((row, bucket) => {
      row.cursor = occupied.has(bucket) ? START : END;
    });
  }

  /** The next version of a record and its row, and the dirty mark, as the trigger gives them. */
  write(key: string, value: Value | undefined): Version {
    const before = this.rows.get(key)?.version.n ?? 0;
    const version = { e: this.gate.epoch, n: before + 1 };
    this.rows.set(key, { version, value });
    this.dirty.set(key, version);
    return version;
  }

  /** Takes a version that came back from Forge; false when what is there is as new. */
  take(key: string, { version, value }: Row): boolean {
    const present = this.rows.get(key);
    const order = present === undefined ? 1 : compareVersions(version, present.version);
    if (order === 0 && present?.value?.m !== value?.m) {
      throw new LayerError('split_brain', `${key} has two contents for one version`);
    }
    if (order <= 0) return false;
    this.rows.set(key, { version, value });
    return true;
  }

  after(bucket: number, cursor: Cursor, limit: number): Slice {
    const rows = this.#versioned().filter(
      (row) =>
        bucketOf(row.slot, this.buckets) === bucket &&
        (cursor.at !== 'key' || comparePositions(row, cursor) > 0),
    );
    return { epoch: this.gate.epoch, rows: rows.slice(0, limit), last: rows.length < limit };
  }

  /** These records as they are, as the reader's `keys`. */
  slice(keys: readonly string[]): Slice {
    const rows = this.#versioned().filter(({ key }) => keys.includes(key));
    return { epoch: this.gate.epoch, rows, last: true };
  }

  dirtySlices(limit: number): ReadonlyMap<number, Slice> {
    const slices = new Map<number, Slice>();
    const rows = this.#versioned().filter(({ key, slot }) => {
      const { cursor } = this.racked(bucketOf(slot, this.buckets));
      return this.dirty.has(key) && covers(cursor, { slot, key });
    });
    for (const row of rows.slice(0, limit)) {
      const bucket = bucketOf(row.slot, this.buckets);
      const before = slices.get(bucket)?.rows ?? [];
      slices.set(bucket, { epoch: this.gate.epoch, rows: [...before, row], last: true });
    }
    return slices;
  }

  /** Count of live records and digest of a bucket, from the rows as they are. */
  sumOf(bucket: number, tenantKey: Buffer): { live: number; digest: string; dirty: number } {
    let [live, digest, dirty] = [0, EMPTY_DIGEST, 0];
    for (const row of this.#versioned()) {
      if (bucketOf(row.slot, this.buckets) !== bucket) continue;
      const item = prepare(NOTES, tenantKey, row);
      if (!isSetAside(item)) digest = xorDigest(digest, item.hash);
      if (!row.deleted) live += 1;
      if (this.dirty.has(row.key)) dirty += 1;
    }
    return { live, digest, dirty };
  }

  changeStage({ from, to, action, operation, despiteCondition }: StageChange): string {
    const isHeld = this.condition !== null && despiteCondition !== true;
    if (isHeld || !from.includes(this.stage)) {
      throw new LayerError(
        'stage.unexpected',
        `${action} starts from ${from.join(' or ')}; the tenant is ${this.stage} ${this.condition ?? ''}`,
      );
    }
    if (this.isSealing && to === 'rewinding') {
      throw new LayerError('head.sealed', `${action} is too late: finalize has begun`);
    }
    if (operation !== undefined && operation !== this.#operation) {
      throw new LayerError('stage.unexpected', `${action} was overtaken by another operation`);
    }
    this.audit.push({ action, from: this.stage, to });
    this.stage = to;
    if (to === 'verify') this.isSealing = false;
    if (operation === undefined) this.#operation = `operation ${this.audit.length}`;
    return this.#operation;
  }

  /** As `SurvivingSide.survive`, behind its gate. */
  survive(change: Parameters<SurvivingSide['survive']>[0]): void {
    const { action, to, condition } = change;
    this.audit.push({ action, from: this.stage, to });
    this.stage = to;
    this.condition = condition;
    this.#operation = `${action} ${this.audit.length}`;
  }

  /** As `endTerminated`: nothing of the old incarnation counts. */
  reincarnate(installation: number): void {
    if (this.condition !== 'terminated' || this.installation === installation) return;
    if (this.stage !== 'off') throw new LayerError('incarnation.over', 'it went final');
    this.installation = installation;
    this.incarnation += 1;
    this.condition = null;
    this.#operation = '';
    this.isSealing = this.isSwept = false;
    this.swept.clear();
    this.#racked = unracked(this.buckets);
  }

  /** This version of a record, or a newer one. */
  holds(key: string, version: Version): boolean {
    const row = this.rows.get(key);
    return row !== undefined && compareVersions(row.version, version) >= 0;
  }

  /** Whether this very operation is draining and nobody has overtaken it. */
  isDraining(operation: string): boolean {
    return this.stage === 'draining' && this.#operation === operation;
  }

  /** As `SealingSide.beginSealing`. */
  beginSealing(): void {
    if (this.isSealing) return;
    if (this.stage !== 'settled' || this.condition !== null) {
      throw new LayerError('stage.unexpected', `finalize starts from settled, not ${this.stage}`);
    }
    this.isSealing = true;
    this.#operation = `finalize ${this.audit.length}`;
    this.audit.push({ action: 'finalize', from: 'settled', to: 'settled' });
  }

  /** As `SealingSide.tombstones`. */
  tombstones(bucket: number, limit: number): readonly string[] {
    return [...this.rows]
      .filter(([key, { value }]) => value === undefined && this.bucketOf(key) === bucket)
      .map(([key]) => key)
      .sort()
      .slice(0, limit);
  }

  /** All versions in the order of a bucket. */
  #versioned(): VersionedRow[] {
    return [...this.rows]
      .map(([key, { version, value }]) => ({
        ...{ key, slot: slotOf(key), version },
        ...{ deleted: value === undefined, row: value },
      }))
      .sort(comparePositions);
  }
}

function unracked(buckets: number): Racked[] {
  return Array.from({ length: buckets }, () => ({
    ...{ seq: 0, seen: { e: 1, n: 0 }, cursor: START },
  }));
}
