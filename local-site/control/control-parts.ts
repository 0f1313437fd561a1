import type { CspReport } from '../browser/custom-ui/csp-reports.ts';
import type { ConnectHostRoom } from '../connect/index.ts';
import type { Faults } from '../faults/index.ts';
import type { PlatformRoom } from '../platform/index.ts';
import type { LocalRegister } from '../register.ts';
import type { LocalForgeStore } from '../storage/index.ts';
import type { SiteSnapshot, TenantLives } from '../tenants/index.ts';
import type { Clock, Site } from '../types.ts';

/** What the control page shows and changes. */
export interface ControlParts {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly register: LocalRegister;
  readonly platform: PlatformRoom;
  readonly connect: ConnectHostRoom;
  readonly store: LocalForgeStore;
  readonly sites: ReadonlyMap<string, Site>;
  readonly lives: TenantLives;
  readonly cspReports: () => readonly CspReport[];
}

/** A state of one site that somebody kept on the control page, to come back to it. */
export interface KeptSnapshot {
  /** The site's time, epoch milliseconds. */
  readonly at: number;
  readonly snapshot: SiteSnapshot;
}

/** The parts with what the control page itself remembers. It ends with the process. */
export interface ControlWorld extends ControlParts {
  /** By slug; the last one kept. */
  readonly snapshots: Map<string, KeptSnapshot>;
  /** How many processes beside the site follow its clock. */
  readonly followers: () => number;
}

/** Somebody asked the control page for something that cannot be done. */
export class ControlError extends Error {
  readonly code: 'unknown_site' | 'unknown_switch' | 'not_possible_now' | 'clock_stands_alone';

  constructor(code: ControlError['code'], message: string) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
  }
}
