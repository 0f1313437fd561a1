import type { Scope } from '../terms.ts';

export interface Enrolment extends Scope {
  readonly cloudId: string;
  /** ARI of the installation: part of the identity, another one is another target. */
  readonly installationId: string;
  readonly who: string;
}
