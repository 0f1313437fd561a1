import { HEAD_ENTITY } from '../bucket/head.ts';
import { placesOf } from '../copy/read-value.ts';
import type { TargetScope } from '../copy/send-context.ts';
import { unwrap } from '../record/define-record.ts';
import { recordOf } from '../record/outgoing.ts';
import { compareVersions, NO_VERSION, type Authority, type Version } from '../terms.ts';
import { valueOf, type History, type Value } from './history.ts';
import { NOTES } from './notes.ts';

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
    | 'flip.arrives'
    | 'turn.arrives'
    | 'release.arrives'
    | 'raise.arrives'
    | 'resume.arrives';
  readonly bucket: number;
}

interface WireTransaction {
  readonly set?: readonly { key: string; entityName?: string; value: unknown }[];
  readonly delete?: readonly { key: string; entityName?: string }[];
}

/**
 * What Forge holds, from the transactions that it has confirmed: the registers, the records' versions, the log. Tells the
 * history what was accepted there and what was copied there, and holds every transaction to the table of register moves.
 */
export class ForgeMirror {
  readonly heads = new Map<number, SeenHead>();
  readonly versions = new Map<string, Version>();
  readonly deleted = new Set<string>();
  readonly log = new Map<number, Set<number>>();
  readonly #history: History;
  readonly #isGateOpen: () => boolean;
  readonly #keyAt = new Map<string, { key: string; isTombstone: boolean }>();

  constructor(
    scope: TargetScope,
    keys: readonly string[],
    history: History,
    isGateOpen: () => boolean,
  ) {
    this.#history = history;
    this.#isGateOpen = isGateOpen;
    for (const key of keys) {
      const { record, tombstone } = placesOf(scope, NOTES, key);
      this.#keyAt.set(`${record.entity ?? ''} ${record.key}`, { key, isTombstone: false });
      this.#keyAt.set(` ${tombstone.key}`, { key, isTombstone: true });
    }
  }

  /** A transaction was applied. Returns what it did, bucket by bucket. */
  applied(body: WireTransaction): readonly ForgeEffect[] {
    const sets = body.set ?? [];
    const effects: ForgeEffect[] = [];
    const logged = new Map<string, string>();
    for (const { key, value } of sets) {
      const [prefix, , bucket, seq] = key.split(':');
      if (prefix !== 'l') continue;
      const entry = value as { r: [string, number, number][]; m?: string };
      this.#logOf(Number(bucket)).add(Number(seq));
      for (const [record] of entry.r) logged.set(record, entry.m ?? '');
    }
    for (const { key, entityName, value } of sets) {
      if (entityName !== HEAD_ENTITY) continue;
      const bucket = Number(key.split(':')[2]);
      const { epoch, auth, seq, f0, bf } = value as SeenHead;
      const step = this.#stepOf(bucket, { epoch, auth, seq, f0, bf }, body);
      this.heads.set(bucket, { epoch, auth, seq, f0, bf });
      effects.push({ step, bucket });
    }
    for (const { key, entityName = '', value } of sets) {
      const at = this.#keyAt.get(`${entityName} ${key}`);
      if (at !== undefined) this.#stored(at.key, at.isTombstone, value, logged.get(at.key));
    }
    return effects;
  }

  #stepOf(bucket: number, next: SeenHead, body: WireTransaction): ForgeEffect['step'] {
    const before = this.heads.get(bucket);
    if (before === undefined) throw new Error(`bucket ${bucket} has no head`);
    const isData = next.seq === before.seq + 1 && next.epoch === before.epoch;
    if (isData && next.auth === before.auth) {
      if (next.auth === 'P') return 'send.arrives';
      if (next.auth === 'F') {
        if (this.#isGateOpen()) this.#history.fail('two authorities', `bucket ${bucket} at Forge`);
        if (!this.#logOf(bucket).has(next.seq)) this.#history.fail('no log entry', `${bucket}`);
        const isDelete = (body.set ?? []).some(({ key }) => key.startsWith('t:'));
        return isDelete ? 'forgeDelete' : 'forgeWrite';
      }
    }
    const isMove = next.seq === before.seq && next.epoch > before.epoch;
    const move = isMove ? MOVES[`${before.auth}${next.auth}`] : undefined;
    if (move === undefined) {
      const shown = (head: SeenHead): string => `(${head.epoch}, ${head.auth}, ${head.seq})`;
      this.#history.fail('register', `bucket ${bucket}: ${shown(before)} to ${shown(next)}`);
    }
    return move ?? 'send.arrives';
  }

  #stored(key: string, isTombstone: boolean, stored: unknown, mutation: string | undefined): void {
    const item = isTombstone
      ? { version: versionOf(stored), value: undefined }
      : unwrapped(key, stored);
    const { version, value } = item;
    const before = this.versions.get(key) ?? NO_VERSION;
    if (compareVersions(version, before) <= 0) {
      const name = `${key} ${version.e}.${version.n} over ${before.e}.${before.n}`;
      this.#history.fail('went back', `Forge got ${name}`);
    }
    this.versions.set(key, version);
    if (isTombstone) this.deleted.add(key);
    else this.deleted.delete(key);
    if (mutation === undefined) this.#history.copied('Forge', key, version, value);
    else this.#history.accept({ key, version, mutation: value?.m ?? mutation, by: 'F', value });
  }

  #logOf(bucket: number): Set<number> {
    const log = this.log.get(bucket) ?? new Set<number>();
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
};

function versionOf(stored: unknown): Version {
  const { e, n } = stored as Version;
  return { e, n };
}

function unwrapped(key: string, stored: unknown): { version: Version; value: Value | undefined } {
  const item = unwrap(recordOf(NOTES, key).target, stored);
  if (item === undefined) throw new Error(`${key} is stored without a version`);
  return { version: item.version, value: valueOf(item.value) };
}
