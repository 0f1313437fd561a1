import { HEAD_ENTITY } from '../bucket/head.ts';
import { placesOf } from '../copy/read-value.ts';
import type { TargetScope } from '../copy/reach.ts';
import { compareVersions, NO_VERSION, type Authority, type Version } from '../terms.ts';
import type { History } from './history.ts';
import type { MemoryPostgres } from './memory-postgres.ts';
import { NOTES } from './notes.ts';
import { PartsMirror } from './parts-mirror.ts';

/** A head as the last transaction left it. */
export interface SeenHead {
  readonly epoch: number;
  readonly auth: Authority;
  readonly seq: number;
  readonly f0: number;
  readonly bf: string;
}

/** What a transaction did to a bucket, by the name of its step. */
export interface ForgeEffect {
  readonly step:
    | 'send.arrives'
    | 'forgeWrite'
    | 'forgeDelete'
    | 'forgeErase'
    | 'enrol'
    | 'sweepTombstone'
    | 'sweepLog'
    | 'upkeep'
    | 'flip.arrives'
    | 'turn.arrives'
    | 'release.arrives'
    | 'raise.arrives'
    | 'resume.arrives'
    | 'seal.arrives';
  readonly bucket: number;
}

/** A version of a record, as a log entry names it. */
export interface Named {
  readonly key: string;
  readonly version: Version;
}

interface WireItem {
  readonly key: string;
  readonly entityName?: string;
}

interface WireTransaction {
  readonly set?: readonly (WireItem & { readonly value: unknown })[];
  readonly delete?: readonly WireItem[];
}

/** What is stored at a place: the record itself or its tombstone. */
interface Place {
  readonly key: string;
  readonly bucket: number;
  readonly isTombstone: boolean;
}

/**
 * What Forge holds, from the transactions that it has confirmed: the registers, the records' versions, the log. Tells the
 * history what was accepted there and what was copied there, and holds every transaction to the table of register moves.
 */
export class ForgeMirror {
  readonly heads = new Map<number, SeenHead>();
  readonly versions = new Map<string, Version>();
  readonly deleted = new Set<string>();
  /** Of each bucket the entries by `seq`, with what each names. */
  readonly log = new Map<number, Map<number, readonly Named[]>>();
  readonly parts: PartsMirror;
  /** Epoch at which its heads were made. */
  enrolledAt = 0;
  readonly #history: History;
  readonly #database: MemoryPostgres;
  readonly #placeOf = new Map<string, Place>();

  constructor(
    scope: TargetScope,
    keys: readonly string[],
    history: History,
    database: MemoryPostgres,
  ) {
    this.#history = history;
    this.#database = database;
    this.parts = new PartsMirror(history);
    for (const key of keys) {
      const { record, tombstone } = placesOf(scope, NOTES, key);
      const bucket = database.bucketOf(key);
      this.#placeOf.set(`${record.entity ?? ''} ${record.key}`, {
        key,
        bucket,
        isTombstone: false,
      });
      this.#placeOf.set(` ${tombstone.key}`, { key, bucket, isTombstone: true });
    }
  }

  /** A head was created. */
  created(key: string, value: SeenHead): ForgeEffect {
    const bucket = Number(key.split(':')[2]);
    const { epoch, auth, seq, f0, bf } = value;
    this.enrolledAt = epoch;
    this.heads.set(bucket, { epoch, auth, seq, f0, bf });
    return { step: 'enrol', bucket };
  }

  /** What the log of a bucket names. */
  namedIn(bucket: number): readonly Named[] {
    return [...this.#logOf(bucket).values()].flat();
  }

  /** A transaction was applied. Returns what it did, bucket by bucket. */
  applied(body: WireTransaction): readonly ForgeEffect[] {
    const sets = body.set ?? [];
    const deletes = body.delete ?? [];
    const effects: ForgeEffect[] = [];
    /** Changes by Forge's users: of a record (log entry) or of a bucket (mark under a seal). */
    const mutations = new Map<string, string>();
    for (const { key, value } of sets) {
      const [prefix, , bucket, seq] = key.split(':');
      if (prefix === 'mig') mutations.set(bucket ?? '', (value as { m: string }).m);
      if (prefix !== 'l') continue;
      const entry = value as { r: [string, number, number][]; m?: string };
      const isNew = !this.#logOf(Number(bucket)).has(Number(seq));
      this.#logOf(Number(bucket)).set(
        Number(seq),
        entry.r.map(([key, e, n]) => ({ key, version: { e, n } })),
      );
      // Every delete of an erasure is a version of its own, also when two carry it out.
      const name = entry.m?.startsWith('erase:') === true ? `${entry.m}@${seq ?? ''}` : entry.m;
      if (isNew) for (const [record] of entry.r) mutations.set(record, name ?? '');
    }
    for (const { key, entityName, value } of sets) {
      if (entityName !== HEAD_ENTITY) continue;
      const bucket = Number(key.split(':')[2]);
      const { epoch, auth, seq, f0, bf } = value as SeenHead;
      const step = this.#stepOf(bucket, { epoch, auth, seq, f0, bf }, body);
      this.heads.set(bucket, { epoch, auth, seq, f0, bf });
      effects.push({ step, bucket });
      if (step === 'seal.arrives') this.#sealed(bucket);
    }
    for (const one of sets) {
      const at = this.#at(one);
      if (at === undefined) continue;
      const isSealed = this.heads.get(at.bucket)?.auth === 'S';
      this.#stored(at, one.value, mutations.get(isSealed ? String(at.bucket) : at.key));
    }
    for (const one of deletes) effects.push(...this.#gone(one, sets, mutations));
    this.parts.removed(deletes.map(({ key }) => key));
    return effects;
  }

  #at({ key, entityName = '' }: WireItem): Place | undefined {
    return this.#placeOf.get(`${entityName} ${key}`);
  }

  #stepOf(bucket: number, next: SeenHead, body: WireTransaction): ForgeEffect['step'] {
    const before = this.heads.get(bucket);
    if (before === undefined) throw new Error(`bucket ${bucket} has no head`);
    const isData = next.seq === before.seq + 1 && next.epoch === before.epoch;
    if (isData && next.auth === before.auth) {
      if (next.auth === 'P') return this.#sent(next, before, body);
      if (next.auth === 'F' || next.auth === 'S') return this.#written(bucket, next, body);
    }
    const isMove = next.seq === before.seq && next.epoch > before.epoch;
    const move = isMove ? MOVES[`${before.auth}${next.auth}`] : undefined;
    if (move === undefined) {
      const shown = (head: SeenHead): string => `(${head.epoch}, ${head.auth}, ${head.seq})`;
      this.#history.fail('register', `bucket ${bucket}: ${shown(before)} to ${shown(next)}`);
    }
    return move ?? 'send.arrives';
  }

  #written(bucket: number, { auth, seq }: SeenHead, body: WireTransaction): ForgeEffect['step'] {
    const [sets, deletes] = [body.set ?? [], body.delete ?? []];
    if (this.#database.gate.isOpen) {
      this.#history.fail('two authorities', `bucket ${bucket} at Forge`);
    }
    if (auth === 'F') {
      if (!this.#logOf(bucket).has(seq)) this.#history.fail('no log entry', `${bucket}`);
      const isErasure = this.#mutationAt(body, bucket, seq)?.startsWith('erase:') === true;
      if (sets.some(({ key }) => key.startsWith('t:'))) {
        return isErasure ? 'forgeErase' : 'forgeDelete';
      }
      return sets.some((one) => this.#at(one) !== undefined) ? 'forgeWrite' : 'upkeep';
    }
    const own = (one: WireItem): boolean => this.#at(one)?.bucket === bucket;
    if (sets.some(own)) return 'forgeWrite';
    const isRecord = (one: WireItem): boolean => own(one) && this.#at(one)?.isTombstone === false;
    if (deletes.some(isRecord)) return 'forgeDelete';
    return deletes.some(own) ? 'sweepTombstone' : 'upkeep';
  }

  /** A transaction that carries no record and moves no cursor keeps house. */
  #sent(next: SeenHead, before: SeenHead, body: WireTransaction): ForgeEffect['step'] {
    const carries = (body.set ?? []).some((one) => this.#at(one) !== undefined);
    return carries || next.bf !== before.bf ? 'send.arrives' : 'upkeep';
  }

  #mutationAt({ set = [] }: WireTransaction, bucket: number, seq: number): string | undefined {
    const isIt = ({ key }: WireItem): boolean => {
      const [prefix, , at, of] = key.split(':');
      return prefix === 'l' && Number(at) === bucket && Number(of) === seq;
    };
    return (set.find(isIt)?.value as { m?: string } | undefined)?.m;
  }

  /** Everything that was written in the bucket has come back, or the archive has a gap. */
  #sealed(bucket: number): void {
    this.#history.isSealed = true;
    for (const key of this.#history.keys()) {
      const [newest, row] = [this.#history.newest(key), this.#database.rows.get(key)];
      if (newest === undefined || this.#database.bucketOf(key) !== bucket) continue;
      if (compareVersions(row?.version ?? NO_VERSION, newest.version) !== 0) {
        this.#history.fail('sealed early', `${key} is ${JSON.stringify(row)} in Postgres`);
      }
    }
  }

  #stored({ key, bucket, isTombstone }: Place, stored: unknown, mutation?: string): void {
    const { version, value } = isTombstone
      ? { version: stored as Version, value: undefined }
      : this.parts.valueOf(key, stored);
    if (isTombstone) this.parts.forget(key);
    const before = this.versions.get(key) ?? NO_VERSION;
    if (compareVersions(version, before) <= 0) {
      const name = `${key} ${version.e}.${version.n} over ${before.e}.${before.n}`;
      this.#history.fail('went back', `Forge got ${name}`);
    }
    this.versions.set(key, { e: version.e, n: version.n });
    if (isTombstone) this.deleted.add(key);
    else this.deleted.delete(key);
    if (mutation === undefined) {
      this.#history.copied('Forge', key, version, value);
      return;
    }
    const by = this.heads.get(bucket)?.auth === 'S' ? 'S' : 'F';
    this.#history.accept({ key, version, mutation: value?.m ?? mutation, by, value });
  }

  /** Something was deleted. Log entries and tombstones go under a seal only; a record without a tombstone as well. */
  #gone(
    item: WireItem,
    sets: readonly WireItem[],
    mutations: ReadonlyMap<string, string>,
  ): readonly ForgeEffect[] {
    const [prefix, , at, seq] = item.key.split(':');
    if (prefix === 'l') {
      const bucket = Number(at);
      if (this.heads.get(bucket)?.auth !== 'S') this.#history.fail('swept early', item.key);
      return this.#logOf(bucket).delete(Number(seq)) ? [{ step: 'sweepLog', bucket }] : [];
    }
    const place = this.#at(item);
    if (place === undefined || this.heads.get(place.bucket)?.auth !== 'S') return [];
    const { key, bucket, isTombstone } = place;
    const isReplaced = sets.some((one) => this.#at(one)?.key === key);
    const before = this.versions.get(key);
    if (isReplaced || before === undefined || isTombstone !== this.deleted.has(key)) return [];
    this.versions.delete(key);
    this.deleted.delete(key);
    this.parts.forget(key);
    const mutation = mutations.get(String(bucket));
    if (isTombstone || mutation === undefined) return [];
    const version = { e: this.heads.get(bucket)?.epoch ?? 0, n: before.n + 1 };
    this.#history.accept({ key, version, mutation, by: 'S', value: undefined });
    return [];
  }

  #logOf(bucket: number): Map<number, readonly Named[]> {
    const log = this.log.get(bucket) ?? new Map<number, readonly Named[]>();
    this.log.set(bucket, log);
    return log;
  }
}

const MOVES: Readonly<Record<string, ForgeEffect['step'] | undefined>> = {
  PF: 'flip.arrives',
  FD: 'turn.arrives',
  DP: 'release.arrives',
  PP: 'raise.arrives',
  DF: 'resume.arrives',
  FS: 'seal.arrives',
};
