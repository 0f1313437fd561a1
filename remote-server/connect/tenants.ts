import { createFreshCache } from '../http/fresh-cache.ts';
import type { FreshCache } from '../http/fresh-cache.ts';
import type { Tenant } from './tenant.ts';
import type { TenantStore } from './tenant-store.ts';

/** The tenants as requests see them: cached, and never older than the last change that was told. */
export interface Tenants {
  get(clientKey: string): Promise<Tenant | undefined>;
  /**
   * Past the cache, for the moment in which a secret was rotated and the note is still under way. Undefined when this tenant
   * was asked for so recently that a caller with a wrong secret could drive the database with it.
   */
  again(clientKey: string): Promise<Tenant | undefined>;
  save(tenant: Tenant): Promise<void>;
  remove(clientKey: string): Promise<void>;
  readonly cache: FreshCache<Tenant>;
}

const LIFETIME = 30_000;
const MAX_TENANTS = 5_000;
const AGAIN_EVERY = 1_000;

/** Puts the cache before the store. The cache holds identity and secret only, never where a tenant stands in its move. */
export function createTenants(store: TenantStore, now: () => number): Tenants {
  const cache = createFreshCache<Tenant>({
    load: (clientKey) => store.get(clientKey),
    lifetime: LIFETIME,
    max: MAX_TENANTS,
    now,
  });
  const asked = new Map<string, number>();

  const mayAsk = (clientKey: string): boolean => {
    const last = asked.get(clientKey);
    if (last !== undefined && now() - last < AGAIN_EVERY) return false;
    if (asked.size >= MAX_TENANTS) asked.clear();
    asked.set(clientKey, now());
    return true;
  };

  return {
    cache,
    get: (clientKey) => cache.get(clientKey),
    async again(clientKey) {
      if (!mayAsk(clientKey)) return undefined;
      cache.drop(clientKey);
      return cache.get(clientKey);
    },
    async save(tenant) {
      await store.save(tenant);
      cache.drop(tenant.clientKey);
    },
    async remove(clientKey) {
      await store.remove(clientKey);
      cache.drop(clientKey);
    },
  };
}
