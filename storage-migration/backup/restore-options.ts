export interface RestoreOptions {
  /** Folder of the backup. */
  readonly folder: string;
  /** The backup may be of another tenant. (Default: false) */
  readonly intoAnotherTenant?: boolean;
  /**
   * Restores only these keys, as **new** versions, over whatever is there: for what somebody deleted or changed by mistake.
   * Absent: restores everything that is newer than what is there.
   */
  readonly asNew?: readonly string[];
}

export interface ApplyRestoreOptions extends RestoreOptions {
  /** Name in the audit. */
  readonly who: string;
  /** The gate's epoch in the plan. */
  readonly expectEpoch: number;
  /** Asked between batches; true ends the work, to be gone on with by the same call. */
  readonly shouldStop?: () => boolean;
}
