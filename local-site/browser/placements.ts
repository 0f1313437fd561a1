import { z } from 'zod';
import type { ConnectHostRoom } from '../connect/index.ts';
import type { ConnectModule, Site } from '../types.ts';
import type { PagePlatform } from './options.ts';

/** Places of Jira where apps show something. */
export type Place = 'issue' | 'issue-side' | 'project' | 'admin' | 'global';

/** One page of the app at a place. */
export type Placed =
  | {
      readonly kind: 'connect';
      readonly key: string;
      readonly title: string;
      readonly module: ConnectModule;
    }
  | {
      readonly kind: 'forge';
      readonly key: string;
      readonly title: string;
      readonly type: string;
      readonly resourceKey: string;
    };

/** Connect module types by place [Connect documentation; web panels go by their location]. */
const CONNECT_TYPES: Readonly<Record<Place, readonly string[]>> = {
  issue: ['jiraIssueContents', 'jiraIssueTabPanels'],
  'issue-side': ['jiraIssueGlances', 'jiraIssueContexts'],
  project: ['jiraProjectPages', 'jiraProjectTabPanels', 'jiraProjectAdminTabPanels'],
  admin: ['adminPages', 'configurePage', 'postInstallPage'],
  global: ['generalPages'],
};

const FORGE_TYPES: Readonly<Record<Place, readonly string[]>> = {
  issue: ['jira:issuePanel', 'jira:issueActivity'],
  'issue-side': ['jira:issueGlance', 'jira:issueContext'],
  project: ['jira:projectPage', 'jira:projectSettingsPage'],
  admin: ['jira:adminPage'],
  global: ['jira:globalPage', 'jira:fullPage'],
};

const Body = z.object({
  name: z.object({ value: z.string() }).optional(),
  location: z.string().optional(),
});

/** What the app shows at a place of the site now: Connect modules first, Forge modules once it runs on Forge. */
export function placedAt(
  place: Place,
  site: Site,
  connect: Pick<ConnectHostRoom, 'modules' | 'hasPage'>,
  platform: Pick<PagePlatform, 'app'>,
): readonly Placed[] {
  const legacy = connect
    .modules(site)
    .filter((module) => placeOf(module, place) && connect.hasPage(module))
    .map((module): Placed => {
      const title = Body.safeParse(module.body).data?.name?.value ?? module.key;
      return { kind: 'connect', key: module.key, title, module };
    });
  const app = site.generation === 'hybrid' ? platform.app : undefined;
  const moved = (app?.uiModules ?? [])
    .filter(({ type }) => FORGE_TYPES[place].includes(type))
    .map(({ key, title, type, resourceKey }): Placed => ({
      kind: 'forge',
      key,
      title,
      type,
      resourceKey,
    }));
  return [...legacy, ...moved];
}

function placeOf(module: ConnectModule, place: Place): boolean {
  if (module.type !== 'webPanels') return CONNECT_TYPES[place].includes(module.type);
  const location = Body.safeParse(module.body).data?.location ?? '';
  if (place === 'issue-side') return location === 'atl.jira.view.issue.right.context';
  return place === 'issue' && location === 'atl.jira.view.issue.left.context';
}
