import { z } from 'zod';
import type { State } from '../state/index.ts';
import type { Site } from '../types.ts';
import type { PanelBook } from './options.ts';

const KIND = 'issue panel';

/**
 * A Forge issue panel stands on an issue only after somebody has added it there, or an administrator has put it on all issues
 * [doc: Forge, jira:issuePanel; FRGE-734].
 */
export function createPanelBook(state: State): PanelBook {
  const kept = state.read(KIND, z.enum(['added', 'everywhere']));
  const named = (as: 'added' | 'everywhere'): string[] =>
    [...kept].filter(([, how]) => how === as).map(([name]) => name);
  const added = new Map<string, 'added' | 'new'>(named('added').map((name) => [name, 'added']));
  const everywhere = new Set(named('everywhere'));
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
      state.put(KIND, one(site, issueId, moduleKey), 'added');
    },
    remove: (site, issueId, moduleKey) => {
      added.delete(one(site, issueId, moduleKey));
      state.remove(KIND, one(site, issueId, moduleKey));
    },
    onAll: (site, moduleKey, shown) => {
      const name = all(site, moduleKey);
      if (shown) everywhere.add(name);
      else everywhere.delete(name);
      if (shown) state.put(KIND, name, 'everywhere');
      else state.remove(KIND, name);
    },
  };
}
