/** Where a fact comes from. The three do not depend on each other. */
export const CHANNELS = ['installed', 'app-property', 'fit'] as const;

/**
 * - `installed`: the signed Connect callback, and the cloud id its site tells about itself.
 * - `app-property`: Jira's reserved app property, read as the Forge app: the Connect client key of that site.
 * - `fit`: claims of a verified Forge invocation token.
 */
export type Channel = (typeof CHANNELS)[number];

/** One statement that some identifiers belong together. A field that the channel did not give is absent. */
export interface Fact {
  readonly channel: Channel;
  readonly clientKey?: string | undefined;
  readonly cloudId?: string | undefined;
  readonly installationId?: string | undefined;
  /** Never enough to tie anything: addresses are renamed and used again. */
  readonly siteUrl?: string | undefined;
}

/** Why facts cannot be true together. The sentence names no other customer, because a customer may read it. */
export type ConflictReason =
  'several_client_keys' | 'several_cloud_ids' | 'several_installations' | 'other_site';

export const CONFLICT_SENTENCE: Readonly<Record<ConflictReason, string>> = {
  several_client_keys: 'More than one Connect tenant claims this site.',
  several_cloud_ids: 'This tenant is claimed by more than one site.',
  several_installations: 'The Forge installation of this site changed without an uninstall.',
  other_site: 'The Connect tenant was registered by a site with another address.',
};

/** What the facts amount to. */
export type LinkResult =
  | {
      readonly state: 'linked';
      readonly clientKey: string;
      readonly cloudId: string;
      readonly installationId: string;
      readonly channels: readonly Channel[];
    }
  | { readonly state: 'pending'; readonly channels: readonly Channel[] }
  | {
      readonly state: 'conflict';
      readonly reason: ConflictReason;
      readonly channels: readonly Channel[];
    };

/**
 * Decides what facts that share identifiers amount to. Linked needs one client key, one cloud id, one installation, two channels
 * at least, and one fact that names client key and installation together: that both were seen on one cloud id would rest on
 * `tenant_info` alone, which is undocumented. When facts contradict each other it never picks a winner. Pure; the order of
 * facts does not matter.
 */
export function resolveLink(facts: readonly Fact[]): LinkResult {
  const channels = CHANNELS.filter((channel) => facts.some((fact) => fact.channel === channel));
  const clientKeys = distinct(facts, 'clientKey');
  const cloudIds = distinct(facts, 'cloudId');
  const installationIds = distinct(facts, 'installationId');
  const conflict = (reason: ConflictReason) => ({ state: 'conflict', reason, channels }) as const;

  if (clientKeys.length > 1) return conflict('several_client_keys');
  if (cloudIds.length > 1) return conflict('several_cloud_ids');
  if (installationIds.length > 1) return conflict('several_installations');
  if (fromAnotherSite(facts)) return conflict('other_site');

  const [clientKey, cloudId, installationId] = [clientKeys[0], cloudIds[0], installationIds[0]];
  if (
    clientKey === undefined ||
    cloudId === undefined ||
    installationId === undefined ||
    channels.length < 2 ||
    !facts.some(tiesTenantToInstallation)
  ) {
    return { state: 'pending', channels };
  }
  return { state: 'linked', clientKey, cloudId, installationId, channels };
}

/**
 * The address is only asked when the callback brought no cloud id to compare: then a token from a site with another address is
 * all we have, and it contradicts. With a cloud id the same difference is a renamed site.
 */
function fromAnotherSite(facts: readonly Fact[]): boolean {
  const installed = facts.filter((fact) => fact.channel === 'installed');
  if (installed.some((fact) => fact.cloudId !== undefined)) return false;
  const registered = distinct(installed, 'siteUrl');
  const seen = distinct(
    facts.filter((fact) => fact.channel === 'fit'),
    'siteUrl',
  );
  return (
    registered.length > 0 && seen.length > 0 && !seen.some((each) => registered.includes(each))
  );
}

function tiesTenantToInstallation(fact: Fact): boolean {
  return fact.clientKey !== undefined && fact.installationId !== undefined;
}

function distinct(facts: readonly Fact[], field: Exclude<keyof Fact, 'channel'>): string[] {
  return [...new Set(facts.map((fact) => fact[field]).filter((value) => value !== undefined))];
}
