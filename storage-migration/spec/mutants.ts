import { BACKFILL_RULES, backfillModel } from './backfill/backfill-model.ts';
import type { BackfillRules } from './backfill/backfill-model.ts';
import { search } from './check/search.ts';
import type { SearchOptions, SearchResult } from './check/search.ts';
import { erasureModel } from './erasure/erasure-model.ts';
import { ERASURE_RULES } from './erasure/erasure-state.ts';
import type { ErasureRules } from './erasure/erasure-state.ts';
import { FAILOVER_RULES, failoverModel } from './failover/failover-model.ts';
import type { FailoverRules } from './failover/failover-model.ts';
import { handoverModel } from './handover/handover-model.ts';
import { RULES } from './handover/rules.ts';
import type { Rules } from './handover/rules.ts';
import { SCENARIOS } from './handover/scenarios.ts';
import type { ScenarioName } from './handover/scenarios.ts';
import { partsModel } from './parts/parts-model.ts';
import type { PartsWorld } from './parts/parts-model.ts';
import { PARTS_RULES } from './parts/parts-state.ts';
import type { PartsRules } from './parts/parts-state.ts';
import { PASS_RULES, passModel } from './pass/pass-model.ts';
import type { PassRules } from './pass/pass-model.ts';
import { ROUND_RULES, roundModel } from './round/round-model.ts';
import type { RoundRules } from './round/round-model.ts';
import { WIPE_RULES, wipeModel } from './wipe/wipe-model.ts';
import type { WipeRules } from './wipe/wipe-model.ts';

/** A realistic mistake: one rule of one model answered wrongly. Each has to be caught. */
export interface Mutant {
  /** M1 to M20 and H1 to H22 as in the protocol page (§17, §25); the others go on from M21. */
  readonly id: string;
  readonly mistake: string;
  /** Searches the broken model. */
  readonly run: (options?: SearchOptions) => SearchResult;
  /** The rule that is broken, for the reader and for the check that no rule is without a mutant. */
  readonly rule: string;
}

export const MUTANTS: readonly Mutant[] = [
  handover('M1', 'a send without the fence check', 'sendIsFenced', 'log'),
  handover('M2', 'flipped before the dirty set is empty', 'flipDrained', 'moves'),
  handover(
    'M3',
    'an abort re-opens at the old epoch although flips were made ready',
    'abortConsumesEpoch',
    'moves',
  ),
  handover('M4', 'the gate opens on an old observation', 'openGoesUp', 'moves'),
  handover('M5', 'arrival order wins', 'sendNewerOnly', 'moves'),
  handover('M6', 'insert-ignore', 'sendUpdates', 'moves'),
  handover('M7', 'a delete leaves no tombstone', 'tombstones', 'moves'),
  handover('M8', 'tombstones collected by time', 'collectOlderEpoch', 'rollbacks'),
  handover('M9', 'the dirty mark goes when the send leaves', 'dirtyUntilAcknowledged', 'moves'),
  handover('M10', 'an acknowledgement matches the key alone', 'acknowledgesVersion', 'moves'),
  handover('M11', 'a writer on Forge with a cached stage', 'writerReadsHead', 'wipe'),
  handover('M12', 'the log entry follows the write', 'logInTransaction', 'moves'),
  handover('M13', 'back to Postgres before the reverse drain', 'releaseDrained', 'moves'),
  handover('M14', 'versions from clocks two ticks apart', 'versionsCounted', 'moves'),
  handover('M15', 'the register flipped by a plain set', 'flipIsConditional', 'moves'),
  handover('M16', 'a transaction commits after the close', 'closeWaits', 'transactions'),
  handover('M17', 'the drain proved by a query that lags', 'drainByKeyedReads', 'moves'),
  handover('M18', 'an acknowledgement of the last incarnation', 'acknowledgesIncarnation', 'wipe'),
  handover('M19', 'opened when any head was raised', 'openSeesEveryHead', 'buckets'),
  handover('M20', 'the epoch stamped from a later snapshot', 'epochFromSnapshot', 'log'),
  handover('M21', 'acknowledged although it was refused', 'acknowledgesStored', 'moves'),
  handover('M22', 'flipped at an open gate', 'flipAtClosedGate', 'moves'),
  handover('M23', 'a reverse batch reads records, then the position', 'reverseHeadFirst', 'moves'),
  handover('M24', 'a reverse batch gives a new version', 'reverseKeepsVersion', 'erasure'),
  handover('M25', 'a late reverse batch is applied', 'reverseMovesForward', 'rollbacks'),
  handover('M26', 'a log entry goes before it is applied', 'trimAcknowledged', 'log'),
  handover('M27', 'released while Forge still writes', 'turnBeforeRelease', 'moves'),
  handover('M28', 'Forge stopped by a plain set', 'turnIsConditional', 'moves'),
  handover('M29', 'released at the old epoch', 'releaseConsumesEpoch', 'moves'),
  handover('M30', 'released by a plain set', 'releaseIsConditional', 'moves'),
  handover('M31', 'rollback and its abort at the old epoch', 'rollbackConsumesEpoch', 'moves'),
  handover('M32', 'an abort of a rollback moves the log start', 'resumeKeepsStart', 'rollbacks'),
  handover('M33', 'a rollback aborted by a plain set', 'resumeIsConditional', 'moves'),
  handover('M34', 'a tombstone nobody else has is collected', 'collectAcknowledged', 'rollbacks'),
  handover('M58', 'a tombstone collected ahead of the gate', 'collectBelowGate', 'log'),
  handover('M35', 'a newer version row is forgotten', 'forgetIsConditional', 'erasure'),
  handover('M36', 'a wipe leaves keys clean', 'wipeMarksDirty', 'wipe'),
  handover('M37', 'an erasure reported too early', 'erasureWaits', 'erasure'),
  handover('H3', 'the reverse drain starts at its last position', 'reverseFromFlip', 'moves'),
  handover('H6', 'flipped with an unfinished backfill', 'flipFilled', 'seeded'),
  handover('H22', 'a collected tombstone leaves no log entry', 'collectLogs', 'log'),
  handover('M70', 'sealed by a plain set', 'sealIsConditional', 'seal'),
  handover('M71', 'sealed before everything is back', 'sealDrained', 'seal'),
  handover('M72', 'a seal does not name the seq', 'sealNamesSeq', 'seal'),
  handover('M73', 'sealed while a bucket is with Postgres', 'sealSeesAllForge', 'finalizing'),
  handover('M74', 'a rollback goes on past a sealed head', 'convergeStopsAtSealed', 'finalizing'),
  handover('M75', 'a bucket is left behind beside a seal', 'flipsBesideSealed', 'sealing'),
  handover('M76', 'a sealed head is turned back', 'sealedStays', 'seal'),
  handover('M77', 'a late send is taken under a seal', 'sealedIsFenced', 'seal'),
  handover('M78', 'no log entry as soon as any head is sealed', 'plainUnderOwnSeal', 'sealing'),
  handover('M79', 'log and tombstones swept before the seal', 'sweepsSealedOnly', 'seal'),
  handover(
    'M86',
    'a reverse batch of the last incarnation',
    'reverseNamesIncarnation',
    'reinstall',
  ),
  failover('M80', 'a failover opens one epoch above', 'opensFarAbove'),
  failover('M81', 'what comes back is merged by itself', 'waitsForDecision'),
  failover('M82', 'a head released with something not held', 'releasesWhatIsHeld'),
  failover('M83', 'sent over what nobody has looked at', 'sendsNothingHeld'),
  failover('M84', 'a decision does not name what was shown', 'decisionNamesVersion'),
  failover('M85', 'a decision keeps the old version', 'decisionBumps'),
  erasure('M87', 'a lost delete noted behind the end', 'notesBeforeEnd'),
  erasure('M88', 'a lost delete noted under the next Forge', 'notesPresentForge'),
  erasure('M89', 'the end leaves the mark of a lost delete', 'endTakesBack'),
  erasure('M90', 'a report does not name the delete', 'reportNamesDelete'),
  erasure('M91', 'a lost delete empties the archive', 'archiveNamesDelete'),
  erasure('M92', 'a final erasure leaves its tombstone', 'tombstoneFirst'),
  erasure('M93', 'reported by one who does not know it final', 'reportKnowsFinal'),
  round('H1', 'head and record in one unordered batch', 'headFirst'),
  round('H10', 'a retry does not look for its own success', 'retryLooksForOwn'),
  round('M38', 'it looks before the round, not in it', 'looksBehindNewHead'),
  round('M39', 'a commit does not name the seq', 'commitNamesSeq'),
  round('M40', 'a retry sends what it read before', 'retryReadsAgain'),
  round('M41', 'a refusal counts as done', 'doneOnSuccess'),
  round('M42', 'the log entry does not name the mutation', 'entryNamesMutation'),
  backfill('M43', 'the cursor moves before the data', 'cursorWithData'),
  backfill('M44', 'a copying transaction does not name the seq', 'commitNamesSeq'),
  backfill('M45', 'a push stores beyond the cursor', 'pushBehindCursor'),
  backfill('M46', 'a push beyond the cursor counts as done', 'beyondStaysDirty'),
  backfill('M47', 'rows are read before the head', 'headBeforeRows'),
  backfill('M48', 'the digest follows in a second transaction', 'digestWithData'),
  backfill('M49', 'the cursor runs ahead of the records', 'cursorStopsAtLast'),
  wipe('H9', 'a late delete empties the new filling', 'deletesNameSeq'),
  wipe('M50', 'a head released with records under it', 'releaseWhenEmpty'),
  wipe('M51', 'the new epoch adopted while emptying', 'adoptWhenReleased'),
  wipe('M52', 'nothing marked to be sent again', 'adoptMarksAll'),
  pass('M53', 'a pass survives its own repair', 'repairVoids'),
  pass('M54', 'a pass survives a later write', 'boundToSeqs'),
  pass('M55', 'the verified mark moves past a broken bucket', 'stopsAtBroken'),
  pass('M56', 'a pass survives a restart', 'boundToEpoch'),
  pass('M57', 'a repair sends the version that is there', 'repairBumps'),
  parts('M60', 'a pointer ahead of its parts', 'partsFirst', 'senders'),
  parts('M61', 'a part counts when it is sent', 'partsAnswered', 'senders'),
  parts('M62', 'parts named by the version alone', 'keysNameContent', 'writers'),
  parts('M63', 'old parts deleted beside the new pointer', 'oldGoWithPointer', 'senders'),
  parts('M64', 'a sweep does not compare the head', 'sweepNamesSeq', 'writers'),
  parts('M65', 'parts of a version to come are swept', 'sweepBelowStored', 'senders'),
  parts('M66', 'parts seen before a wipe count after it', 'senderForgetsWithEpoch', 'wipe'),
  parts('M67', 'a writer on Forge remembers its parts', 'writerStoresEachRound', 'writers'),
  parts('M68', 'a missing part is final', 'missingLooksAgain', 'reader'),
  parts('M69', 'broken by the pointer, not by the head', 'brokenNeedsStandingHead', 'wipe'),
];

function handover(id: string, mistake: string, rule: keyof Rules, name: ScenarioName): Mutant {
  const model = handoverModel(name, SCENARIOS[name].bounds, { ...RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function failover(id: string, mistake: string, rule: keyof FailoverRules): Mutant {
  const model = failoverModel({ ...FAILOVER_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function erasure(id: string, mistake: string, rule: keyof ErasureRules): Mutant {
  const model = erasureModel({ ...ERASURE_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function round(id: string, mistake: string, rule: keyof RoundRules): Mutant {
  const model = roundModel({ ...ROUND_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function backfill(id: string, mistake: string, rule: keyof BackfillRules): Mutant {
  const model = backfillModel({ ...BACKFILL_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function wipe(id: string, mistake: string, rule: keyof WipeRules): Mutant {
  const model = wipeModel({ ...WIPE_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function parts(id: string, mistake: string, rule: keyof PartsRules, world: PartsWorld): Mutant {
  const model = partsModel(world, { ...PARTS_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}

function pass(id: string, mistake: string, rule: keyof PassRules): Mutant {
  const model = passModel({ ...PASS_RULES, [rule]: false });
  return { id, mistake, rule, run: (options) => search(model, options) };
}
