import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { inTransaction } from '../database/in-transaction.ts';
import { connectedFacts, recordFact } from './evidence-store.ts';
import { installationAri } from './identifiers.ts';
import { CONFLICT_SENTENCE, resolveLink } from './resolve-link.ts';
import type { Fact, LinkResult } from './resolve-link.ts';

/** A tenant as reached from Forge. */
export interface Link {
  readonly tenant: string;
  readonly cloudId: string;
}

/** How the customer's page shows the link. */
export interface LinkStatus {
  readonly state: 'unlinked' | 'linked' | 'conflict';
  readonly channels: string[];
  readonly reason: string | null;
}

/** Facts and what they amount to. */
export interface LinkStore {
  /** The linked tenant of an installation; undefined when there is none, also in conflict. */
  linkOf(installationId: string): Promise<Link | undefined>;
  /** What is known of an installation that is not linked. Reads only. */
  explain(installationId: string): Promise<LinkResult>;
  /** Writes facts down and the result that now follows. All facts must concern one site. */
  settle(facts: readonly Fact[]): Promise<LinkResult>;
  statusOf(tenant: string): Promise<LinkStatus>;
  /** The installation is going: its facts hold no more. Deletes no evidence and no data. */
  endInstallation(installationId: string): Promise<void>;
}

/** Evidence changes rarely and must be judged as a whole, so one judge at a time in all processes. The number has no meaning. */
const LINK_LOCK = [7_311_403, 1] as const;

const linkRow = z.object({ client_key: z.string(), cloud_id: z.string() });
const statusRow = z.object({
  state: z.enum(['linked', 'conflict']),
  channels: z.array(z.string()),
  reason: z.string().nullable(),
});

/** The link tables in Postgres. */
export function createLinkStore(pool: Pool): LinkStore {
  return {
    async linkOf(installationId) {
      const found = await pool.query({
        name: 'link_of',
        text: `select client_key, cloud_id from tenant_link where installation_id = $1 and state = 'linked'`,
        values: [installationAri(installationId)],
      });
      if (found.rows[0] === undefined) return undefined;
      const row = linkRow.parse(found.rows[0]);
      return { tenant: row.client_key, cloudId: row.cloud_id };
    },

    async explain(installationId) {
      const client = await pool.connect();
      try {
        return resolveLink(await connectedFacts(client, { installationId }));
      } finally {
        client.release();
      }
    },

    settle: (facts) =>
      inTransaction(pool, async (client) => {
        await client.query('select pg_advisory_xact_lock($1, $2)', [...LINK_LOCK]);
        for (const fact of facts) await recordFact(client, fact);
        return judge(client, facts[0] ?? {});
      }),

    async statusOf(tenant) {
      const found = await pool.query(
        'select state, channels, reason from tenant_link where client_key = $1',
        [tenant],
      );
      if (found.rows[0] !== undefined) return statusRow.parse(found.rows[0]);
      const facts = await connectedFacts(pool, { clientKey: tenant });
      return { state: 'unlinked', channels: [...resolveLink(facts).channels], reason: null };
    },

    endInstallation: (installationId) =>
      inTransaction(pool, async (client) => {
        const ari = installationAri(installationId);
        await client.query('select pg_advisory_xact_lock($1, $2)', [...LINK_LOCK]);
        const before = await connectedFacts(client, { installationId: ari });
        await client.query(
          'update link_evidence set ended_at = now() where installation_id = $1 and ended_at is null',
          [ari],
        );
        await client.query('delete from tenant_link where installation_id = $1', [ari]);
        for (const clientKey of new Set(before.map((fact) => fact.clientKey))) {
          if (clientKey !== undefined) await judge(client, { clientKey });
        }
      }),
  };
}

/** Resolves everything connected with `start` and makes `tenant_link` say so. Holds the lock already. */
async function judge(
  client: PoolClient,
  start: Pick<Fact, 'clientKey' | 'cloudId' | 'installationId'>,
): Promise<LinkResult> {
  const facts = await connectedFacts(client, start);
  const result = resolveLink(facts);
  const clientKeys = [
    ...new Set(facts.map((fact) => fact.clientKey).filter((key) => key !== undefined)),
  ];
  if (result.state === 'linked') {
    await client.query(
      `insert into tenant_link (client_key, cloud_id, installation_id, state, channels)
         values ($1, $2, $3, 'linked', $4)
         on conflict (client_key) do update
           set cloud_id = excluded.cloud_id, installation_id = excluded.installation_id,
               state = 'linked', reason = null, channels = excluded.channels,
               linked_at = case when tenant_link.state = 'linked' then tenant_link.linked_at else now() end
         where (tenant_link.cloud_id, tenant_link.installation_id, tenant_link.state, tenant_link.channels)
               is distinct from (excluded.cloud_id, excluded.installation_id, excluded.state, excluded.channels)`,
      [result.clientKey, result.cloudId, result.installationId, [...result.channels]],
    );
  } else if (result.state === 'pending') {
    await client.query('delete from tenant_link where client_key = any($1)', [clientKeys]);
  } else {
    for (const clientKey of clientKeys) {
      await client.query(
        `insert into tenant_link (client_key, state, reason, channels) values ($1, 'conflict', $2, $3)
           on conflict (client_key) do update
             set cloud_id = null, installation_id = null, state = 'conflict',
                 reason = excluded.reason, channels = excluded.channels`,
        [clientKey, CONFLICT_SENTENCE[result.reason], [...result.channels]],
      );
    }
  }
  return result;
}
