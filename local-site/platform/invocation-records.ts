import { randomBytes } from 'node:crypto';
import type { Installation } from './installations.ts';
import type { PlatformSwitches } from './switches.ts';

/** What the platform remembers while a function runs, found by the token of its calls. */
export interface InvocationRecord {
  readonly installation: Installation;
  readonly functionKey: string;
  readonly moduleKey: string;
  readonly moduleType: string;
  readonly accountId: string | undefined;
  /** Outside requests that are left. */
  egressLeft: number;
  readonly outside: Pick<PlatformSwitches, 'egressOverLimit' | 'outsideRequestLimitMs'>;
  /** Shared by an invocation and everything that it queued: the cyclic limit counts pushes of the whole chain. */
  readonly chain: Chain;
}

export interface Chain {
  pushes: number;
}

/** A token per invocation. It ends with the invocation, so a function that was given up on can do no more harm. */
export class InvocationRecords {
  readonly #byToken = new Map<string, InvocationRecord>();

  open(record: InvocationRecord): string {
    const token = randomBytes(24).toString('base64url');
    this.#byToken.set(token, record);
    return token;
  }

  close(token: string): void {
    this.#byToken.delete(token);
  }

  find(token: string | undefined): InvocationRecord | undefined {
    return token === undefined ? undefined : this.#byToken.get(token);
  }
}
