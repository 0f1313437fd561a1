import type { ConnectHostRoom } from '../connect/index.ts';
import type { JiraRoom } from '../jira/index.ts';
import type { PlatformRoom } from '../platform/index.ts';
import type { State } from '../state/index.ts';
import type { SiteBook } from '../site-book.ts';
import type { UnmodelledRegister } from '../types.ts';
import type { TenantSwitches } from './switches.ts';

/** The rooms that a tenant's life passes through. */
export interface TenantWorld {
  readonly platform: PlatformRoom;
  readonly connect: ConnectHostRoom;
  readonly jira: JiraRoom;
  readonly book: SiteBook;
  readonly state: State;
  readonly register: UnmodelledRegister;
  readonly switches: TenantSwitches;
}
