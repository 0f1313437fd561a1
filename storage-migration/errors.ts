/** Every code the layer can raise. Each has a line in docs/errors.md; a test keeps the two in step. */
export const LAYER_ERRORS = {
  'record.type_invalid': 'Choose another record type name and declare it again.',
  'source.row_missing':
    'A version says the record exists, but the app returned no row: check the record source, then resume.',
  'enrol.not_seeded':
    'Run the seeding of versions until it reports nothing left, then enrol again.',
  'enrol.other_installation':
    'The scope belongs to another installation: terminate it or start a new incarnation first.',
  'enrol.foreign_head':
    'The target already holds heads of another run: it is no empty target. Find out whose they are before going on.',
  'head.missing':
    'A head that should exist is gone: the store was restored or wiped. The tenant is quarantined.',
  'head.malformed':
    'A head does not have the expected shape: something outside the layer wrote it.',
  'head.regressed':
    'A head is older than one seen before: the store was restored or cloned. The tenant is quarantined.',
  'head.exhausted':
    'A counter of a head nears the 32 bits that Forge integers have: start a new incarnation for this tenant.',
  'log.malformed':
    'A log entry does not have the expected shape: something outside the layer wrote it.',
  'log.entry_missing':
    'A log entry that must exist does not: something outside the layer deleted it. The tenant is quarantined.',
  'record.unfit': 'Forge can not hold this record as it would become; the message says why.',
  'record.broken':
    'Parts of a stored record are missing or changed: something outside the layer deleted them. Run a verification, then repair or quarantine it.',
  'record.not_reversible':
    'The record type can not be written back to Postgres: give its source a `write`, or there is no way back.',
  'authority.elsewhere': 'Another store is the authority now: send the change there.',
  'handover.parked': 'A hand-over is under way: try again in a moment.',
  'fence.closed': 'The head has moved to another epoch or authority: take a new snapshot.',
  'layer.version_mismatch':
    'Another version of the layer or the mapping is in the register: deploy the matching one.',
  split_brain:
    'The same version exists with two contents. The tenant is quarantined until a person decides.',
  'target.ahead':
    'Postgres went back: Forge holds newer records. See `xg quarantine`, adopt or keep each, then resume.',
  'authority.double':
    'Postgres went back to before the hand-over and took writes; its gate is closed now. See `xg quarantine`, adopt from Forge, recover, then resume.',
  'record.held':
    'A record is held until a person has decided which content counts: see `xg quarantine`.',
  'target.unauthorized':
    'The system token is missing or expired: wait for the next scheduled call of Forge.',
  'target.refused': 'Forge refused the request for good; see the code it gave.',
  'target.unreachable': 'Forge storage could not be reached; the work is kept and tried again.',
  'quota.unknown': 'Usage of the quota can not be measured, so copying stops until it can.',
  'plan.stale': 'The tenant has moved on since the plan was made: make a new plan.',
  'verify.not_clean': 'Run the verification until it is clean, then try again.',
  'stage.unexpected':
    'The tenant is in another stage than this operation expects: look at its status first.',
  'postgres.unreachable':
    'Postgres can not be reached. Nothing was changed: see to it, then run the same command again.',
  'head.sealed':
    'Finalize has begun, and no way leads back from it: run finalize again to finish it.',
  'confirm.missing': 'Type the name of the tenant after --confirm, exactly as in the plan.',
  'erase.waiting':
    'The deletes are made or under way: a worker goes on with them, or run the same command again.',
  'erase.remains':
    'Something outside the layer wrote this record in Forge: delete it there by hand, then run erase again.',
  'failover.reachable': 'Forge answers: roll back instead, which loses nothing.',
  'incarnation.over':
    'The data went final in an installation that is gone: only Atlassian can link that one again, for 21 days.',
  'canary.failed':
    'One record did not come through the way back and forth unharmed: do not cut over before you know why.',
  'token.ends_soon': 'Wait for the next scheduled call of Forge, which brings a new system token.',
  'lag.too_high': 'Wait until the worker has sent what is dirty, or find out why it does not.',
  'quota.tight': 'Wait a minute: the hand-over needs units of the quota that others are using up.',
  'app.mismatch':
    'The app in Forge speaks another version of the layer or the mapping: deploy the matching one.',
  'backup.exists': 'Name an empty folder, or the one that a killed export of the same tenant left.',
  'backup.incomplete': 'The export has not ended: run it again into the same folder, then use it.',
  'backup.malformed':
    'This is no backup of this version and group: find another copy, or the version that wrote it.',
  'backup.damaged':
    'A file of the backup is not what was written: fetch another copy. Nothing was restored from it.',
  'backup.other_tenant':
    'Restore the backup of this tenant, or say that it is meant to go into another one.',
  'backup.no_such_record':
    'Name only records that the backup holds and that were not deleted in it.',
  'restore.not_authority':
    'A backup goes into Postgres while it takes writes: wait for the hand-over to end, or roll back first.',
  'config.invalid': 'Correct the named setting and start again.',
} as const;
export type LayerErrorCode = keyof typeof LAYER_ERRORS;

/** What the layer throws at its borders: a stable code, a sentence, the next step, and where it came from. */
export class LayerError extends Error {
  override readonly name = 'LayerError';
  readonly code: LayerErrorCode;
  readonly next: string;
  /** The record that it is about, if it is about one. */
  readonly key: string | undefined;
  constructor(
    code: LayerErrorCode,
    message: string,
    options?: ErrorOptions & { readonly key?: string },
  ) {
    super(message, options);
    this.code = code;
    this.next = LAYER_ERRORS[code];
    this.key = options?.key;
  }
}
