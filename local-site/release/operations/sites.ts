import { z } from 'zod';
import type { Site } from '../../types.ts';
import { operation } from '../operation.ts';

/** What `--site` has to say for a site of the local site: the command line drops paths and ports of an address. */
export function hostOf(site: Site): string {
  return `${site.slug}.localhost`;
}

/** `installationContext` of the command line: a workspace of Jira. */
export function workspaceAri(site: Site): string {
  return `ari:cloud:jira:${site.cloudId}:workspace/${site.cloudId}`;
}

/** The site of a workspace. */
export function siteOfAri(sites: Iterable<Site>, ari: string): Site | undefined {
  return [...sites].find((site) => workspaceAri(site) === ari);
}

const ids = z.array(z.string());

export const siteOperations = [
  operation(
    'getTenantContextDetails',
    z.object({ hostNames: ids, product: z.string() }),
    ({ sites }, { hostNames, product }) => ({
      tenantContexts: [...sites()]
        .filter((site) => hostNames.includes(hostOf(site)))
        .map(({ cloudId }) => ({
          cloudId,
          // A site of ours has Jira only. The id of its activation is made up: nothing but this door reads it.
          activationIdByProduct: product === 'jira' ? { active: cloudId } : null,
        })),
    }),
  ),

  operation(
    'forge_cli_getHostnameForTenantContexts',
    z.object({ cloudIds: ids }),
    ({ sites }, { cloudIds }) => ({ tenantContexts: hostNames(sites(), cloudIds) }),
  ),

  operation(
    'forge_cli_getHostnameForTenantContexts',
    z.object({ activationIds: ids }),
    ({ sites }, { activationIds }) => ({ tenantContexts: hostNames(sites(), activationIds) }),
  ),

  // Asked before an install outside production, to warn about paid sites. Ours are free.
  operation(
    'getEntitlementOffering',
    z.object({ hostNames: ids, product: z.string() }),
    ({ sites }, { hostNames: asked }) => ({
      tenantContexts: [...sites()]
        .filter((site) => asked.includes(hostOf(site)))
        .map((site) => ({ cloudUrl: `https://${hostOf(site)}`, entitlementInfo: null })),
    }),
  ),
];

function hostNames(sites: Iterable<Site>, cloudIds: readonly string[]): unknown[] {
  const byId = new Map([...sites].map((site) => [site.cloudId, site]));
  return cloudIds.map((cloudId) => {
    const site = byId.get(cloudId);
    return site === undefined ? null : { hostName: hostOf(site) };
  });
}
