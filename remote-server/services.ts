import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { createNudge } from 'crossgrade/postgres';
import type { ChecklistStore, Supplies } from '../checklist/index.ts';
import { createRecentWrites } from '../checklist/records/index.ts';
import type { RemoteConfig } from './config.ts';
import { exportTenant } from './api/export-tenant.ts';
import { createSiteClient } from './connect/site-client.ts';
import type { SiteClient } from './connect/site-client.ts';
import { createTenantStore } from './connect/tenant-store.ts';
import { siteUrlOf } from './connect/tenant.ts';
import { createTenants } from './connect/tenants.ts';
import type { Tenants } from './connect/tenants.ts';
import { openChangeFeed } from './database/change-feed.ts';
import { createDatabase } from './database/create-database.ts';
import type { Database } from './database/create-database.ts';
import { createSystemTokens } from './forge/system-tokens.ts';
import type { SystemTokens } from './forge/system-tokens.ts';
import { createBackground } from './http/background.ts';
import type { Background } from './http/background.ts';
import { createFreshCache } from './http/fresh-cache.ts';
import { createLinkKeeper } from './link/link-keeper.ts';
import type { LinkKeeper } from './link/link-keeper.ts';
import { createLinkStore } from './link/link-store.ts';
import type { Link, LinkStore } from './link/link-store.ts';
import { createChannels } from './link/read-channels.ts';
import type { Logger } from './logging/create-logger.ts';
import { createProgressSweeper } from './progress/progress-sweeper.ts';
import { createForgeTargets } from './forge/forge-targets.ts';
import { createSystemTokenReader } from './forge/system-token-reader.ts';
import { createInTurn, createTickets } from './store/in-turn.ts';
import { createShadowReads } from './store/shadow-reads.ts';
import { createTenantChecklistStore } from './store/tenant-checklist-store.ts';

/** What stands behind the routes: stores, caches, clients and the work off the request path. */
export interface Services {
  readonly pool: Pool;
  readonly db: Database;
  readonly supplies: Supplies;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly logger: Logger;
  readonly background: Background;
  readonly tenants: Tenants;
  readonly site: SiteClient;
  readonly linkStore: LinkStore;
  readonly keeper: LinkKeeper;
  readonly tokens: SystemTokens;
  readonly storeOf: (tenant: string) => ChecklistStore;
  readonly exportOf: (tenant: string) => AsyncGenerator<string>;
  /** Wakes what follows a write. Never throws. */
  readonly committed: (tenant: string) => void;
  /** Ends everything but the pool. */
  close(): Promise<void>;
}

/** What they are given. */
export interface ServiceParts {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly now?: (() => number) | undefined;
  readonly newId?: (() => string) | undefined;
  /** Milliseconds a request waits for the end of a hand-over; see `createTenantChecklistStore`. */
  readonly parkMs?: number | undefined;
  /** Share of the reads that are compared with the other store. (Default: the configuration's) */
  readonly shadowShare?: number | undefined;
  /** Milliseconds a request tries to reach Forge; see `createForgeTargets`. */
  readonly patienceMs?: number | undefined;
}

const LINK_LIFETIME = 30_000;
const MAX_LINKS = 5_000;
const LINK_SWEEP_EVERY = 30_000;
/** Changes that hold a connection to Postgres while they wait for Forge; well below the pool's size. */
const MOST_HOLDING = 4;

/** Makes the services and starts what runs by itself: the change feed, the sweeps of progress and of links. */
export function createServices(
  config: RemoteConfig,
  {
    pool,
    logger,
    now = Date.now,
    newId = randomUUID,
    parkMs,
    patienceMs,
    shadowShare,
  }: ServiceParts,
): Services {
  const background = createBackground(logger);
  const db = createDatabase(pool);
  const tenants = createTenants(createTenantStore(pool), now);
  const linkStore = createLinkStore(pool);
  const links = createFreshCache<Link>({
    load: (installationId) => linkStore.linkOf(installationId),
    lifetime: LINK_LIFETIME,
    max: MAX_LINKS,
    now,
  });
  const caches = [tenants.cache, links];
  const feed = openChangeFeed(config.databaseUrl, ['tenant_changed', 'link_changed'], {
    note: (channel, payload) => {
      (channel === 'tenant_changed' ? tenants.cache : links).drop(payload);
    },
    lost: () => caches.forEach((cache) => cache.suspend()),
    listening: () => caches.forEach((cache) => cache.resume()),
  });

  const site = createSiteClient({ tenants, connectKey: config.connectKey, now, sleep });
  const keeper = createLinkKeeper({
    pool,
    store: linkStore,
    cache: links,
    channels: createChannels(config.connectKey),
    siteOf: async (clientKey) => {
      const tenant = await tenants.get(clientKey);
      return tenant === undefined ? undefined : siteUrlOf(tenant);
    },
    logger,
  });
  const tokens = createSystemTokens(pool, background, now);
  const nudge = createNudge(pool);
  const targets = createForgeTargets({
    ...{ pool, now, storageUrl: config.forgeStorageUrl },
    tokens: createSystemTokenReader(pool, now),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  const hooks = {
    committed: (tenant: string): void => {
      nudge.nudge(tenant);
      progress.poke();
    },
  };
  const shadow = createShadowReads({
    ...{ pool, targets, background, logger },
    share: shadowShare ?? config.shadowShare,
  });
  const storeParts = {
    ...{ db, pool, targets, hooks, logger, now, shadow },
    lastLooks: new Map<string, number>(),
    recent: createRecentWrites(now),
    inTurn: createInTurn(),
    tickets: createTickets(MOST_HOLDING),
    ...(parkMs === undefined ? {} : { parkMs }),
  };
  const storeOf = (tenant: string): ChecklistStore =>
    createTenantChecklistStore(storeParts, tenant);
  const progress = createProgressSweeper({ pool, site, storeOf, logger });
  const linkSweep = setInterval(() => {
    background.run('link_sweep_failed', () => keeper.sweep());
  }, LINK_SWEEP_EVERY);
  linkSweep.unref();

  return {
    pool,
    db,
    supplies: { now: () => new Date(now()), newId },
    now,
    logger,
    background,
    tenants,
    site,
    linkStore,
    keeper,
    tokens,
    storeOf,
    committed: hooks.committed,
    exportOf: (tenant) => exportTenant({ db, pool, targets, storeOf }, tenant, new Date(now())),
    async close() {
      clearInterval(linkSweep);
      await progress.close();
      await shadow.close();
      // A database that is down must not keep the process from ending.
      await tokens.flush().catch(() => undefined);
      await background.idle();
      await nudge.close();
      await feed.close();
    },
  };
}
