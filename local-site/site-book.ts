import { z } from 'zod';
import { DEMO_USERS } from './jira/index.ts';
import { uuidFrom } from './platform/index.ts';
import type { State } from './state/index.ts';
import type { Jira, Site, User } from './types.ts';
import type { SiteName } from './site-name.ts';

const KIND = 'site';
const StoredUser = z.object({
  accountId: z.string(),
  displayName: z.string(),
  admin: z.boolean(),
  projectAccess: z.boolean().optional(),
  projects: z.array(z.string()).optional(),
});
const StoredSite = z.object({
  slug: z.string(),
  displayName: z.string(),
  cloudId: z.string(),
  clientKey: z.string(),
  isFirst: z.boolean(),
  users: z.array(StoredUser).optional(),
  licence: z.enum(['active', 'suspended', 'none']).optional(),
  region: z.string().optional(),
});
type StoredSite = z.infer<typeof StoredSite>;

/** Makes sites and keeps them by slug. The first one stands at the root of the origin. */
export class SiteBook {
  readonly sites = new Map<string, Site>();
  /** Origin of the sites, known once their server listens. It may be another one in every run. */
  origin = '';
  readonly #random: () => number;
  readonly #jira: Pick<Jira, 'addSite'>;
  readonly #state: State;
  #first: Site | undefined;

  constructor(random: () => number, jira: Pick<Jira, 'addSite'>, state: State) {
    this.#random = random;
    this.#jira = jira;
    this.#state = state;
  }

  /** Reads the sites of an earlier run back in, in the order in which they were made. */
  load(): void {
    for (const stored of this.#state.read(KIND, StoredSite).values()) this.#enter(stored);
  }

  /** Makes an empty site with the demo's users. Throws when the slug is taken or malformed. */
  add({ slug, displayName }: SiteName): Site {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(slug)) {
      throw new Error(`A slug has lower-case letters, digits and dashes only, not '${slug}'.`);
    }
    if (this.sites.has(slug)) throw new Error(`There is a site '${slug}' already.`);
    const site = this.#enter({
      slug,
      displayName,
      cloudId: uuidFrom(this.#random),
      clientKey: uuidFrom(this.#random),
      isFirst: this.sites.size === 0,
    });
    this.save(site);
    return site;
  }

  /** Writes down what may have changed about a site. What is installed there is written by those who install. */
  save(site: Site): void {
    const { slug, displayName, cloudId, clientKey, users, licence, region } = site;
    const isFirst = site === this.#first;
    const own = users === DEMO_USERS ? {} : { users };
    const record = { slug, displayName, cloudId, clientKey, isFirst, ...own, licence, region };
    this.#state.put(KIND, slug, record);
  }

  #enter(stored: StoredSite): Site {
    const { slug, displayName, cloudId, clientKey, isFirst, users, licence, region } = stored;
    const site: Site = {
      slug,
      displayName,
      cloudId,
      clientKey,
      baseUrl: isFirst ? this.origin : `${this.origin}/sites/${slug}`,
      users: users === undefined ? DEMO_USERS : users.map(userOf),
      generation: 'none',
      ...(licence === undefined ? {} : { licence }),
      ...(region === undefined ? {} : { region }),
    };
    if (isFirst) this.#first = site;
    this.sites.set(slug, site);
    this.#jira.addSite(site);
    return site;
  }
}

function userOf({ projectAccess, projects, ...user }: z.infer<typeof StoredUser>): User {
  return {
    ...user,
    ...(projectAccess === undefined ? {} : { projectAccess }),
    ...(projects === undefined ? {} : { projects }),
  };
}
