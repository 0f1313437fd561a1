import type { Errand } from '../../storage-migration/simulation/index.ts';

/** One mistake planted in the layer's source: a text that stands there once, and what it becomes. */
export interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** The errand on which it shows; without one it shows on any. */
  readonly errand?: Errand;
  /** A second place that belongs to it. */
  readonly also?: { readonly find: string; readonly put: string };
}

/**
 * Realistic mistakes, each a line or two. The names follow the rules of the model where there is one. What schedules meet too
 * rarely (a gate closed between two statements of a termination, a memory kept over somebody else’s head, …) has a test of its own.
 */
export const MISTAKES: readonly Mistake[] = [
  {
    name: 'a send overwrites whatever is stored',
    file: 'apply/apply-rule.ts',
    find: "if (order > 0) return 'write';",
    put: "if (order !== 0) return 'write';",
  },
  {
    name: 'a send does not compare and set seq',
    file: 'copy/commit.ts',
    find: "set.push(headOperation(scope.group, { bucket, head, next: nexts[index] ?? head }, 'P'));",
    put: `set.push(${without('seq', "scope.group, { bucket, head, next: nexts[index] ?? head }, 'P'")});`,
  },
  {
    name: 'a lost answer counts as done',
    file: 'copy/push.ts',
    find: "      case 'throttled':\n      case 'unknown':\n        return undefined;",
    put: "      case 'throttled':\n        return undefined;\n      case 'unknown':\n        break;",
  },
  {
    name: 'the gate is not closed before the drain',
    file: 'handover/cutover.ts',
    find: 'if (!(await postgres.closeGate(expectEpoch, freezeMs))) {',
    put: 'if (!(await Promise.resolve(true))) {',
  },
  {
    name: 'a flip does not name the epoch and the authority',
    file: 'handover/move-heads.ts',
    find: 'headOperation(context.scope.group, one, one.head.auth)',
    put: without('epoch auth', 'context.scope.group, one, one.head.auth'),
  },
  {
    name: 'a move of a head does not name seq',
    file: 'handover/move-heads.ts',
    find: 'headOperation(context.scope.group, one, one.head.auth)',
    put: without('seq', 'context.scope.group, one, one.head.auth'),
  },
  {
    name: 'a transaction whose answer was lost counts as made',
    file: 'copy/transact-once.ts',
    find: "    case 'unknown':\n      return 'unknown';",
    put: "    case 'unknown':\n      return 'made';",
  },
  {
    name: 'a flip forgets where the log begins',
    file: 'handover/moves.ts',
    find: "auth: 'F', f0: head.seq }\n      : undefined;",
    put: "auth: 'F' }\n      : undefined;",
  },
  {
    name: 'the abort of a rollback moves the start of the log',
    errand: 'resume',
    file: 'handover/moves.ts',
    find: "head.auth === 'D' ? { ...head, epoch: head.epoch + 1, auth: 'F' } : undefined;",
    put: "head.auth === 'D' ? { ...head, epoch: head.epoch + 1, auth: 'F', f0: head.seq } : undefined;",
  },
  {
    name: 'the gate opens although some heads stand elsewhere',
    file: 'handover/converge.ts',
    find: 'const isReady = [...heads.values()].every(',
    put: 'const isReady = [...heads.values()].some(',
  },
  {
    name: 'an abort consumes no epoch',
    file: 'handover/converge.ts',
    find: '...[...turned.values()].map((head) => head.epoch)) + 1;',
    put: '...[...turned.values()].map((head) => head.epoch));',
  },
  {
    name: 'the drain of a bucket stops one entry early',
    file: 'handover/reverse.ts',
    find: 'if (position >= head.seq) return [];',
    put: 'if (position >= head.seq - 1) return [];',
  },
  {
    name: 'a reverse batch believes a lagging batch read',
    file: 'handover/reverse.ts',
    find: 'keys.filter((key) => !found.has(key));',
    put: "keys.filter((key) => !found.has(key) && key === '');",
  },
  {
    name: 'the reverse drain begins at zero',
    file: 'handover/reverse.ts',
    find: 'position: Math.max(positions.get(bucket) ?? 0, f0) });',
    put: 'position: positions.get(bucket) ?? f0 });',
  },
  {
    name: 'recovery believes the stage',
    file: 'handover/recover.ts',
    find: '(isUnderWay || !isAtPostgres(heads, await postgres.readGate()))',
    put: '(isUnderWay && !isAtPostgres(heads, await postgres.readGate()))',
  },
  {
    name: 'a head is taken for regressed when two reads cross',
    file: 'copy/head-book.ts',
    find: '    const highest = this.#highest.get(bucket);\n    const head = await readHead(context, key);\n',
    put: '    const head = await readHead(context, key);\n    const highest = this.#highest.get(bucket);\n',
  },
  {
    name: 'a retry does not look for its own success',
    file: 'live/forge-records.ts',
    find: 'if (await attempts.isMade(heads)) {',
    put: 'if (attempt > 99 && (await attempts.isMade(heads))) {',
  },
  {
    name: 'a change that sees its own success says that nothing was to be done',
    file: 'live/forge-records.ts',
    find: "        if (await isDoubtful()) continue;\n        return { kind: 'unchanged'",
    put: "        if (recalled !== undefined) continue;\n        return { kind: 'unchanged'",
  },
  {
    name: 'a read does not ask which store is the authority',
    file: 'live/forge-records.ts',
    find: "    if (head.auth === 'P') return { kind: 'elsewhere', authority: 'P' };\n    const stored",
    put: "    if (head.auth === 'D') return { kind: 'elsewhere', authority: 'D' };\n    const stored",
  },
  {
    name: 'a delete leaves no tombstone version',
    file: 'copy/read-stored.ts',
    find: '  if (deleted !== undefined) return valueOfTombstone(context.scope, key, deleted.value);\n',
    put: '',
  },
  {
    name: 'the cursor runs ahead of the data',
    file: 'copy/backfill.ts',
    find: 'const cursor = isEnd ? END : cursorAfter(part, head.bf);',
    put: 'const cursor = END;',
  },
  {
    name: 'a log entry lies one place too early',
    file: 'live/change-transaction.ts',
    find: 'key: logKey(scope.group, bucket, next.seq),',
    put: 'key: logKey(scope.group, bucket, head.seq),',
  },
  {
    name: 'a writer on Forge names no epoch and no authority in its condition',
    file: 'live/change-transaction.ts',
    find: "headOperation(scope.group, { bucket, head, next }, 'F')",
    put: without('epoch auth', "scope.group, { bucket, head, next }, 'F'"),
  },
  {
    name: 'the head is read after the record',
    file: 'live/forge-records.ts',
    find: '      const heads = recalled ?? new Map<number, Head>();\n',
    put: '      const heads = recalled ?? new Map<number, Head>();\n      const early = recalled ? undefined : await this.#read(keys);\n',
    also: {
      find: 'recalled === undefined ? this.#read(keys) :',
      put: 'recalled === undefined ? Promise.resolve(early ?? new Map()) :',
    },
  },
  {
    name: 'the flip does not wait for the drain',
    file: 'handover/cutover.ts',
    find: "  const drained = await drain(context, isLate);\n  if (!drained.isEmpty) return 'what is dirty could not be sent in time';\n  const compared = await postgres.compareDigests(send, isLate);\n  if (compared.result !== 'clean') return `the last comparison was ${compared.result}`;\n",
    put: '  const compared = { heads: await readHeads(send) };\n',
  },
  {
    name: 'a bucket is released without its drain',
    file: 'handover/converge.ts',
    find: 'return position !== undefined && Math.max(position, head.f0) >= head.seq;',
    put: 'return position === undefined || head.seq >= 0;',
    also: {
      find: "filter(([, head]) => head.auth === 'D')",
      put: "filter(([, head]) => head.auth === 'F')",
    },
  },
  {
    name: 'a commit believes an unknown outcome',
    file: 'copy/commit.ts',
    find: "  if (reply.kind === 'ok') {\n    for",
    put: "  if (reply.kind === 'ok' || reply.kind === 'unknown') {\n    for",
  },
  {
    name: 'a head seen before its flip is brought back',
    file: 'handover/reverse.ts',
    find: "filter(([, { auth }]) => auth === 'F' || auth === 'D');",
    put: "filter(([, { auth }]) => auth !== 'S');",
  },
  {
    name: 'buckets that travel together overwrite what is newer',
    file: 'copy/push-buckets.ts',
    find: "    if (judge(item, stored) !== 'write') return undefined;\n",
    put: '',
  },
  {
    name: 'buckets that travel together have arrived when the answer was lost',
    file: 'copy/push-buckets.ts',
    find: "if (outcome.kind !== 'committed') return NOTHING;",
    put: "if (outcome.kind !== 'committed' && outcome.kind !== 'unknown') return NOTHING;",
    also: {
      find: 'const head = outcome.heads[index];',
      put: 'const head = outcome.heads?.[index] ?? parts[index]?.head;',
    },
  },
  {
    name: 'a bucket is sealed although not everything is back',
    file: 'handover/seal-heads.ts',
    find: 'const move = seal((one) => one === head && isDrained);',
    put: 'const move = seal(() => isDrained || !isDrained);',
  },
  {
    name: 'a change writes no log entry before the seal either',
    file: 'live/change-transaction.ts',
    find: "if (head.auth === 'S') {\n      set.push(headOperation(scope.group, { bucket, head, next }, 'S'));",
    put: "if (head.auth !== 'P') {\n      set.push(headOperation(scope.group, { bucket, head, next }, head.auth));",
  },
  {
    name: 'a delete under a seal stays in the digest',
    file: 'apply/apply-rule.ts',
    find: "    if (head.auth === 'S' && item.json === null) continue;\n",
    put: '',
  },
  {
    name: 'recovery takes a finalize that has begun for an ordinary hand-over',
    file: 'handover/recover-all.ts',
    find: "if (standing.stage === 'final' || standing.isSealing) {",
    put: "if (standing.stage === 'final') {",
  },
  {
    name: 'a pointer goes before its parts',
    file: 'copy/commit.ts',
    find: '    const refusal = await storePartsOnce(context, items, head.epoch, priority);',
    put: '    const refusal = await storePartsOnce(context, items.slice(0, 0), head.epoch, priority);',
  },
  {
    name: 'a change on Forge stores its pointer without its parts',
    file: 'live/forge-records.ts',
    find: "await storeParts(this.#context, items, 'live');",
    put: "await storeParts(this.#context, items.slice(0, 0), 'live');",
  },
  {
    name: 'a sweep takes parts of a version that is still to come',
    file: 'copy/sweep-parts.ts',
    find: "return head.auth === 'P' && compareVersions(version, stored.version) <= 0;",
    put: "return head.auth === 'P' || compareVersions(version, stored.version) <= 0;",
  },
  {
    name: 'a close is taken back although flips were made ready',
    file: 'handover/cutover.ts',
    find: 'if (!tried.hasPlannedFlip && (await',
    put: 'if ((await',
  },
  {
    name: 'a sweep of parts does not compare the head',
    file: 'copy/upkeep-transaction.ts',
    find: '[headOperation(group, { bucket, head, next }, head.auth), ...(work.set ?? [])];',
    put: `[${without('seq epoch auth', 'group, { bucket, head, next }, head.auth')}, ...(work.set ?? [])];`,
  },
  {
    name: 'a part that is missing at the first look is missing for good',
    file: 'copy/read-stored.ts',
    find: '  for (let round = 0; round < PART_ROUNDS && stored.broken !== undefined; round += 1) {',
    put: '  if (stored.broken !== undefined) return stored;\n  for (let round = 0; round < PART_ROUNDS && stored.broken !== undefined; round += 1) {',
  },
  {
    name: 'the end of a tenant leaves the epoch as it is',
    errand: 'terminate',
    file: 'handover/survive.ts',
    find: 'const epoch = isFinal ? null : loss.epoch + LEAP;',
    put: 'const epoch = isOpening ? loss.epoch + LEAP : null;',
  },
  {
    name: 'the end of a tenant does not say that something is lost',
    file: 'handover/survive.ts',
    find: 'isForced: isOpening,',
    put: 'isForced: isOpening && isFinal,',
  },
  {
    name: 'a new installation takes every bucket for copied',
    file: 'copy/create-head.ts',
    find: 'const head = isOccupied ? fresh : { ...fresh, bf: END };',
    put: 'const head = isOccupied ? { ...fresh, bf: END } : fresh;',
  },
  {
    name: 'an erasure is reported when one side has it',
    errand: 'erase',
    file: 'handover/erase.ts',
    find: 'if (!isHere || !isThere) return false;',
    put: 'if (!isHere && !isThere) return false;',
    // Awaited, its own send mostly succeeds: then one schedule in a thousand shows the mistake. By itself this breaks nothing.
    also: {
      find: "if (head.auth === 'P') await sendOne(context, bucket, key);",
      put: "if (head.auth === 'P') sendOne(context, bucket, key).catch(() => undefined);",
    },
  },
  {
    name: 'an erasure leaves the keys in the log',
    file: 'handover/erase.ts',
    find: 'const named = await stillNamed(context, erasure);',
    put: 'const named = (await stillNamed(context, { ...erasure, keys: [] }));',
  },
  {
    name: 'an erasure takes a record that was written anew for somebody else’s',
    file: 'handover/erase.ts',
    find: 'if (found !== undefined && isOurs === undefined) {',
    put: 'if (found !== undefined && (isOurs === undefined || isGone)) {',
  },
];

/** The compare-and-set of a head that leaves these attributes out of its condition. */
function without(attributes: string, given: string): string {
  const kept = `.conditions?.filter(({ attribute }) => !'${attributes}'.includes(attribute)) ?? []`;
  return `({ ...headOperation(${given}), conditions: headOperation(${given})${kept} })`;
}
