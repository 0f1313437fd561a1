import type { Site } from '../types.ts';
import type { PanelBook } from './options.ts';

/**
 * A Forge issue panel stands on an issue only after somebody has added it there, or an administrator has put it on all issues
 * [doc: Forge, jira:issuePanel; FRGE-734]. Kept in memory.
 */
export function createPanelBook(): PanelBook {
  const added = new Map<string, 'added' | 'new'>();
  const everywhere = new Set<string>();
  const one = (site: Site, issueId: string, key: string): string =>
    `${site.cloudId} ${issueId} ${key}`;
  const all = (site: Site, key: string): string => `${site.cloudId} ${key}`;
  return {
    stateOf: (site, issueId, moduleKey) => {
      const key = one(site, issueId, moduleKey);
      const state = added.get(key);
      if (state === 'new') added.set(key, 'added');
      return state ?? (everywhere.has(all(site, moduleKey)) ? 'added' : 'absent');
    },
    add: (site, issueId, moduleKey) => {
      added.set(one(site, issueId, moduleKey), 'new');
    },
    remove: (site, issueId, moduleKey) => {
      added.delete(one(site, issueId, moduleKey));
    },
    onAll: (site, moduleKey, shown) => {
      if (shown) everywhere.add(all(site, moduleKey));
      else everywhere.delete(all(site, moduleKey));
    },
  };
}
