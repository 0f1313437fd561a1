import { aliasesOf } from './modules.ts';
import { JIRA_SWITCHES } from './options.ts';
import type { JiraOptions } from './options.ts';
import type { JiraWorld } from './world.ts';

/** The world of one Jira, and the end of what goes on in it. */
export function createWorld(options: JiraOptions): JiraWorld & { idle(): Promise<void> } {
  const { register, clock, appKey, modules, scopesOf, rules, onChange, switches } = options;
  const running = new Set<Promise<unknown>>();
  const modulesOf: JiraWorld['modules'] = ({ site }) => modules?.(site) ?? [];
  return {
    ...{ register, clock, rules, switches: { ...JIRA_SWITCHES, ...switches } },
    appKey: ({ site }) => appKey(site),
    modules: modulesOf,
    aliases: (state) => aliasesOf(modulesOf(state)),
    scopes: ({ site }) => scopesOf?.(site),
    tell: async ({ site }, change) => {
      // Whoever listens tells about failures; what happened in Jira has happened.
      await onChange?.(site, change).catch(() => undefined);
    },
    background: (work) => {
      const settled = work
        .catch(() => undefined)
        .finally(() => {
          running.delete(settled);
        });
      running.add(settled);
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
