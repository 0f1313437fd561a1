import type { FaultEntry, FaultPlan, LineState } from '../faults/index.ts';
import type { InvocationView } from '../platform/index.ts';
import type { Border, Generation, UnmodelledExample, User } from '../types.ts';
import type { ControlWorld } from './control-parts.ts';
import { clockState } from './doors/clock.ts';
import type { ClockState } from './doors/clock.ts';
import { switches } from './doors/switches.ts';
import type { SwitchView } from './doors/switches.ts';
import { actionsFor } from './doors/tenants.ts';
import { tokenStates } from './doors/tokens.ts';
import type { TokenState } from './doors/tokens.ts';

export interface TenantState {
  readonly slug: string;
  readonly displayName: string;
  readonly baseUrl: string;
  readonly generation: Generation;
  readonly version?: string;
  /** A major version that waits for the admin. */
  readonly pending?: string;
  readonly installationId?: string;
  readonly region?: string;
  readonly licence: string;
  readonly cloudId: string;
  readonly clientKey: string;
  readonly users: readonly User[];
  /** The site's time at which a state of it was kept. */
  readonly keptAt?: number;
  readonly actions: readonly string[];
}

export interface QuotaState {
  readonly slug: string;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly requests: number;
  readonly throttled: number;
  readonly minute: { readonly readUnits: number; readonly writeUnits: number };
  readonly unitsPerMinute: number;
}

/** All that the control page shows, as `GET /_local/control/state` answers it. Lists of sites end after 200. */
export interface ControlState {
  readonly clock: ClockState;
  readonly faults: {
    readonly rates: NonNullable<FaultPlan['rates']>;
    readonly script: readonly LineState[];
    readonly log: readonly FaultEntry[];
    readonly replayLeft: number;
    readonly calls: Readonly<Record<Border, number>>;
  };
  readonly tenants: readonly TenantState[];
  readonly sites: number;
  readonly tokens: readonly TokenState[];
  readonly quotas: readonly QuotaState[];
  readonly switches: readonly SwitchView[];
  readonly invocations: readonly InvocationView[];
  readonly unmodelled: readonly UnmodelledExample[];
  readonly cspReports: ReturnType<ControlWorld['cspReports']>;
}

const SITES_SHOWN = 200;

export function controlState(world: ControlWorld): ControlState {
  const { faults, platform, register, sites } = world;
  return {
    clock: clockState(world),
    faults: {
      rates: faults.rates(),
      script: faults.script(),
      log: faults.log(),
      replayLeft: faults.replayLeft().length,
      calls: faults.calls(),
    },
    tenants: tenantStates(world),
    sites: sites.size,
    tokens: tokenStates(world),
    quotas: quotaStates(world),
    switches: switches(world),
    invocations: platform.invocations.list(),
    unmodelled: register.examples(),
    cspReports: world.cspReports(),
  };
}

export function tenantStates(world: ControlWorld): readonly TenantState[] {
  const { platform, snapshots } = world;
  return [...world.sites.values()].slice(0, SITES_SHOWN).map((site) => {
    const { slug, displayName, baseUrl, generation, cloudId, clientKey, installationId } = site;
    const version = platform.appOn(site)?.version;
    const pending = platform.pending(site)?.version;
    const keptAt = snapshots.get(slug)?.at;
    return {
      ...{ slug, displayName, baseUrl, generation, cloudId, clientKey, users: site.users },
      ...(installationId === undefined ? {} : { installationId }),
      ...(version === undefined ? {} : { version }),
      ...(pending === undefined ? {} : { pending }),
      ...(site.region === undefined ? {} : { region: site.region }),
      licence: site.licence ?? 'active',
      ...(keptAt === undefined ? {} : { keptAt }),
      actions: actionsFor(world, site).map(({ name }) => name),
    };
  });
}

export function quotaStates({ sites, store, platform }: ControlWorld): readonly QuotaState[] {
  const states: QuotaState[] = [];
  for (const site of sites.values()) {
    const { installationId, slug } = site;
    if (installationId === undefined || platform.appOn(site) === undefined) continue;
    const minute = store.minute(installationId);
    const { unitsPerMinute } = store.limits;
    states.push({ slug, ...store.usage(installationId), minute, unitsPerMinute });
    if (states.length === SITES_SHOWN) break;
  }
  return states;
}
