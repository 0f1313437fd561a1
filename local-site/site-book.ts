import { DEMO_USERS } from './jira/index.ts';
import type { SiteName } from './options.ts';
import { uuidFrom } from './platform/index.ts';
import type { Jira, Site } from './types.ts';

/** Makes sites and keeps them by slug. The first one stands at the root of the origin. */
export class SiteBook {
  readonly sites = new Map<string, Site>();
  /** Origin of the sites, known once their server listens. */
  origin = '';
  readonly #random: () => number;
  readonly #jira: Jira;

  constructor(random: () => number, jira: Jira) {
    this.#random = random;
    this.#jira = jira;
  }

  add({ slug, displayName }: SiteName): Site {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(slug)) {
      throw new Error(`A slug has lower-case letters, digits and dashes only, not '${slug}'.`);
    }
    if (this.sites.has(slug)) throw new Error(`There is a site '${slug}' already.`);
    const site: Site = {
      slug,
      displayName,
      cloudId: uuidFrom(this.#random),
      clientKey: uuidFrom(this.#random),
      baseUrl: this.sites.size === 0 ? this.origin : `${this.origin}/sites/${slug}`,
      users: DEMO_USERS,
      generation: 'none',
    };
    this.sites.set(slug, site);
    this.#jira.addSite(site);
    return site;
  }
}
