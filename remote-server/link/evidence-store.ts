import type { PoolClient } from 'pg';
import { z } from 'zod';
import { comparableUrl, installationAri } from './identifiers.ts';
import { CHANNELS } from './resolve-link.ts';
import type { Fact } from './resolve-link.ts';

const text = z
  .string()
  .nullable()
  .transform((value) => value ?? undefined);
const row = z
  .object({
    channel: z.enum(CHANNELS),
    client_key: text,
    cloud_id: text,
    installation_id: text,
    site_url: text,
  })
  .transform((each): Fact => ({
    channel: each.channel,
    clientKey: each.client_key,
    cloudId: each.cloud_id,
    installationId: each.installation_id,
    siteUrl: each.site_url,
  }));

/** Writes one fact down in the caller's transaction. A fact that is known already only gets a newer `seen_at`. */
export async function recordFact(client: PoolClient, fact: Fact): Promise<void> {
  const { channel, clientKey, cloudId, installationId, siteUrl } = normalise(fact);
  await client.query(
    `insert into link_evidence (channel, client_key, cloud_id, installation_id, site_url)
       values ($1, $2, $3, $4, $5)
       on conflict (channel, client_key, cloud_id, installation_id, site_url) where ended_at is null
       do update set seen_at = now()`,
    [channel, clientKey, cloudId, installationId, siteUrl],
  );
}

/** Every fact that shares an identifier with `start`, directly or through other facts. Ended facts count no more. */
export async function connectedFacts(
  client: Pick<PoolClient, 'query'>,
  start: Pick<Fact, 'clientKey' | 'cloudId' | 'installationId'>,
): Promise<Fact[]> {
  const from = normalise({ channel: 'fit', ...start });
  const clientKeys = new Set([from.clientKey].filter((id) => id !== undefined));
  const cloudIds = new Set([from.cloudId].filter((id) => id !== undefined));
  const installationIds = new Set([from.installationId].filter((id) => id !== undefined));
  for (;;) {
    const before = clientKeys.size + cloudIds.size + installationIds.size;
    const found = await client.query(
      `select channel, client_key, cloud_id, installation_id, site_url from link_evidence
        where ended_at is null
          and (client_key = any($1) or cloud_id = any($2) or installation_id = any($3))
        order by id`,
      [[...clientKeys], [...cloudIds], [...installationIds]],
    );
    const facts = found.rows.map((each) => row.parse(each));
    for (const fact of facts) {
      if (fact.clientKey !== undefined) clientKeys.add(fact.clientKey);
      if (fact.cloudId !== undefined) cloudIds.add(fact.cloudId);
      if (fact.installationId !== undefined) installationIds.add(fact.installationId);
    }
    if (clientKeys.size + cloudIds.size + installationIds.size === before) return facts;
  }
}

function normalise(fact: Fact): Fact {
  return {
    channel: fact.channel,
    clientKey: fact.clientKey,
    cloudId: fact.cloudId?.toLowerCase(),
    installationId:
      fact.installationId === undefined ? undefined : installationAri(fact.installationId),
    siteUrl: fact.siteUrl === undefined ? undefined : comparableUrl(fact.siteUrl),
  };
}
