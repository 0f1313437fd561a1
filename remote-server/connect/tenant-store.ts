import type { Pool } from 'pg';
import { inTransaction } from '../database/in-transaction.ts';
import { recordFact } from '../link/evidence-store.ts';
import { siteUrlOf, tenantSchema } from './tenant.ts';
import type { Tenant } from './tenant.ts';

/** The tenants in atlassian-connect-express' own tables. */
export interface TenantStore {
  get(clientKey: string): Promise<Tenant | undefined>;
  /** Keeps an install: the tenant, its Forge installation and the evidence that ties them, all or nothing. Idempotent. */
  save(tenant: Tenant): Promise<void>;
  /** Forgets the tenant's identity and secrets. The checklists stay. */
  remove(clientKey: string): Promise<void>;
}

/**
 * Reads and writes tenants with one statement each and bound values. The library's own store needs nine for an install and
 * puts the secret into the text of a function it creates. A trigger tells the other processes at commit.
 */
export function createTenantStore(pool: Pool): TenantStore {
  return {
    async get(clientKey) {
      const found = await pool.query<{ val: unknown }>({
        name: 'tenant_get',
        text: `select "val" from "AddonSettings" where "clientKey" = $1 and "key" = 'clientInfo'`,
        values: [clientKey],
      });
      const row = found.rows[0];
      return row === undefined ? undefined : Object.freeze(tenantSchema.parse(row.val));
    },

    save: (tenant) =>
      inTransaction(pool, async (client) => {
        await client.query(
          `insert into "AddonSettings" ("clientKey", "key", "val") values ($1, 'clientInfo', $2)
             on conflict ("clientKey", "key") do update set "val" = excluded."val"`,
          [tenant.clientKey, JSON.stringify(tenant)],
        );
        if (tenant.installationId !== undefined) {
          await client.query(
            `insert into "InstallationClientKeys" ("installationId", "clientKey") values ($1, $2)
               on conflict ("installationId") do update set "clientKey" = excluded."clientKey"`,
            [tenant.installationId, tenant.clientKey],
          );
        }
        await recordFact(client, {
          channel: 'installed',
          clientKey: tenant.clientKey,
          installationId: tenant.installationId,
          siteUrl: siteUrlOf(tenant),
        });
      }),

    remove: (clientKey) =>
      inTransaction(pool, async (client) => {
        await client.query(`delete from "AddonSettings" where "clientKey" = $1`, [clientKey]);
        await client.query(
          `delete from "ForgeSettings" f using "InstallationClientKeys" i
            where i."installationId" = f."installationId" and i."clientKey" = $1`,
          [clientKey],
        );
        await client.query(
          `delete from forge_token t using tenant_link l
            where l.installation_id = t.installation_id and l.client_key = $1`,
          [clientKey],
        );
        await client.query(`delete from "InstallationClientKeys" where "clientKey" = $1`, [
          clientKey,
        ]);
        await client.query(`delete from tenant_link where client_key = $1`, [clientKey]);
        await client.query(
          `update link_evidence set ended_at = now() where client_key = $1 and ended_at is null`,
          [clientKey],
        );
      }),
  };
}
