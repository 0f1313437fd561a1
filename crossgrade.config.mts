import { readConfig } from './remote-server/config.ts';
import { checklists } from './remote-server/records/index.ts';
import { defineConfig } from './operator/config.ts';

const remote = readConfig(process.env);

// System tokens are opaque and live four hours at most (platform/forge/remote/calling-product-apis).

/** What the operator's tools need to know of Tally: where it stores, what moves, who is linked. */
export default defineConfig({
  databaseUrl: remote.databaseUrl,
  group: checklists,
  storageUrl: remote.forgeStorageUrl,
  async linkedTenants(pool) {
    const found = await pool.query<{ tenant: string; cloudId: string; installationId: string }>(
      `select l.client_key as tenant, l.cloud_id as "cloudId", l.installation_id as "installationId"
       from tenant_link l join forge_token t using (installation_id)
       where l.state = 'linked' and t.received_at > now() - interval '4 hours'`,
    );
    return found.rows;
  },
  async systemToken(pool, installationId) {
    const found = await pool.query<{ token: string }>(
      `select system_token as token from forge_token
       where installation_id = $1 and received_at > now() - interval '4 hours'`,
      [installationId],
    );
    return found.rows[0]?.token;
  },
  async systemTokenEnds(pool, installationId) {
    const found = await pool.query<{ ends: Date }>(
      `select least(expires_at, received_at + interval '4 hours') as ends from forge_token
       where installation_id = $1`,
      [installationId],
    );
    return found.rows[0]?.ends;
  },
  // The panel on Forge works on the same records: a version of it that can't must not meet a tenant that is handed over.
  requiresApp: true,
  backfillShare: Number(process.env['BACKFILL_SHARE'] ?? 0.7),
});
