export interface Restored {
  /** `already`: nothing in the backup was newer, and nothing was touched. `stopped`: the same call goes on with it. */
  readonly outcome: 'done' | 'already' | 'stopped';
  /** Records written by this call. */
  readonly applied: number;
  /** Records with the same version and another content, which stay as they are. */
  readonly conflicts: number;
  readonly epoch: number;
}
