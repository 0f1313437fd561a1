import type { Pool } from 'pg';
import type { Invocation } from '../forge/invocation-token.ts';
import type { FreshCache } from '../http/fresh-cache.ts';
import type { Logger } from '../logging/create-logger.ts';
import type { Link, LinkStore } from './link-store.ts';
import type { Channels } from './read-channels.ts';
import { CHANNELS } from './resolve-link.ts';
import type { Fact, LinkResult } from './resolve-link.ts';

/** Gathers evidence and keeps the links true. */
export interface LinkKeeper {
  /** The linked tenant of an installation, cached. */
  linkOf(installationId: string): Promise<Link | undefined>;
  /** What a verified call says, written down when it is news. Returns where the link stands now. */
  heard(invocation: Invocation): Promise<LinkResult>;
  /** `heard`, and then asks the channels that are still silent. */
  gather(invocation: Invocation, token: string | undefined): Promise<LinkResult>;
  /** After a signed install: asks the site for its cloud id and judges. */
  installed(tenant: Site): Promise<LinkResult>;
  /** Tries again for installations that are not linked and whose token may still be good. */
  sweep(): Promise<void>;
}

/** A site as its install says. */
export interface Site {
  readonly clientKey: string;
  readonly siteUrl: string;
  readonly installationId: string | undefined;
}

/** What the keeper stands on. */
export interface LinkKeeperParts {
  readonly pool: Pool;
  readonly store: LinkStore;
  readonly cache: FreshCache<Link>;
  readonly channels: Channels;
  /** The site's address of a known tenant. */
  readonly siteOf: (clientKey: string) => Promise<string | undefined>;
  readonly logger: Logger;
}

/** Makes the keeper. Conflicts and new links are logged; a conflict is never resolved here. */
export function createLinkKeeper(parts: LinkKeeperParts): LinkKeeper {
  const { store, cache, channels, logger } = parts;

  const settle = async (facts: readonly Fact[]): Promise<LinkResult> => {
    const result = await store.settle(facts);
    const installationId = facts.find((fact) => fact.installationId)?.installationId;
    if (installationId !== undefined) cache.drop(installationId);
    if (result.state === 'conflict') {
      logger.error({ event: 'link_conflict', reason: result.reason, installationId });
    } else if (result.state === 'linked') {
      const { clientKey, cloudId } = result;
      logger.info({ event: 'linked', tenant: clientKey, cloudId, channels: result.channels });
    }
    return result;
  };

  /** The site's own word for its cloud id, for a client key that another channel brought. */
  const askSite = async (clientKey: string, siteUrl?: string): Promise<LinkResult | undefined> => {
    const url = siteUrl ?? (await parts.siteOf(clientKey));
    const cloudId = url === undefined ? undefined : await channels.cloudIdOf(url);
    if (url === undefined || cloudId === undefined) return undefined;
    return settle([{ channel: 'installed', clientKey, cloudId, siteUrl: url }]);
  };

  const askJira = async (
    installationId: string,
    apiBaseUrl: string,
    token: string,
    cloudId: string | undefined,
  ): Promise<LinkResult | undefined> => {
    const clientKey = await channels.clientKeyOf({ apiBaseUrl, token });
    if (clientKey === undefined) return undefined;
    const result = await settle([{ channel: 'app-property', clientKey, installationId, cloudId }]);
    if (result.state === 'conflict' || result.channels.includes('installed')) return result;
    return (await askSite(clientKey)) ?? result;
  };

  const keeper: LinkKeeper = {
    linkOf: (installationId) => cache.get(installationId),

    heard: (invocation) => settle(factsOf(invocation)),

    async gather(invocation, token) {
      const result = await keeper.heard(invocation);
      const { installationId, apiBaseUrl, cloudIds } = invocation;
      const silent = !result.channels.includes('app-property');
      if (result.state === 'conflict' || !silent) return result;
      if (token === undefined || apiBaseUrl === undefined) return result;
      return (await askJira(installationId, apiBaseUrl, token, cloudIds[0])) ?? result;
    },

    async installed({ clientKey, siteUrl, installationId }) {
      const first = await settle([{ channel: 'installed', clientKey, siteUrl, installationId }]);
      return (await askSite(clientKey, siteUrl)) ?? first;
    },

    async sweep() {
      const unlinked = await parts.pool.query<{
        installation_id: string;
        system_token: string;
        api_base_url: string;
      }>(
        `select t.installation_id, t.system_token, t.api_base_url from forge_token t
          where t.received_at > now() - interval '4 hours'
            and not exists (select from tenant_link l
                             where l.installation_id = t.installation_id
                               and cardinality(l.channels) = $1)
          order by t.received_at desc limit 50`,
        [CHANNELS.length],
      );
      for (const row of unlinked.rows) {
        const known = await store.explain(row.installation_id);
        if (known.state === 'conflict') continue;
        if (!known.channels.includes('app-property')) {
          await askJira(row.installation_id, row.api_base_url, row.system_token, undefined);
        } else if (known.state === 'linked') {
          await askSite(known.clientKey);
        }
      }
    },
  };
  return keeper;
}

/** One fact per cloud id the token names, so that a token which contradicts itself is a conflict. */
function factsOf({ installationId, cloudIds, siteUrl }: Invocation): Fact[] {
  const ids: (string | undefined)[] = cloudIds.length === 0 ? [undefined] : [...cloudIds];
  return ids.map((cloudId) => ({ channel: 'fit', installationId, cloudId, siteUrl }));
}
