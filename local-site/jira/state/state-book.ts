import type { Site } from '../../types.ts';
import { JiraError } from '../jira-error.ts';
import type { JiraStore } from './jira-store.ts';
import { SiteState } from './site-state.ts';

/**
 * The sites that Jira knows. A site costs one entry of a map until it is used; then its data is read from the store, or is
 * empty.
 */
export class StateBook {
  readonly #sites = new Map<string, Site>();
  readonly #states = new Map<string, SiteState>();
  readonly #store: JiraStore | undefined;

  constructor(store?: JiraStore) {
    this.#store = store;
  }

  /** Idempotent. */
  add(site: Site): void {
    if (!this.#sites.has(site.cloudId)) this.#sites.set(site.cloudId, site);
  }

  of(site: Site): SiteState {
    const present = this.#states.get(site.cloudId);
    if (present !== undefined) return present;
    const known = this.#sites.get(site.cloudId);
    if (known === undefined) {
      throw new JiraError('UNKNOWN_SITE', `Jira does not know the site ${site.slug}: add it.`);
    }
    const state = new SiteState(known, this.#store);
    this.#states.set(site.cloudId, state);
    return state;
  }

  /** Writes what has changed and closes the store. */
  close(): void {
    for (const state of this.#states.values()) state.flush();
    this.#store?.close();
  }
}
