import type { SiteName } from 'crossgrade-local-site';
import { createList, createTemplates, inParallel, issueToken, projectToken } from './seed.ts';
import type { DemoSite } from './site/site-doors.ts';
import type { Stack } from './stack.ts';
import { STORIES } from './stories.ts';
import { TallyClient } from './tally-client.ts';

/** One site at the root of the origin and 23 more, as an operator's fleet would look. */
export const DEMO_SITES: readonly SiteName[] = [
  { slug: 'main', displayName: 'Northwind Bicycles' },
  ...Array.from({ length: 23 }, (_, index) => ({
    slug: `site-${String(index + 2).padStart(2, '0')}`,
    displayName: `Demo site ${index + 2}`,
  })),
];

/** Installs the Connect app on every site, fills it through the app's own API, and tells people where to look. */
export async function runInteractive(
  stack: Stack,
  started: number,
  say: (line: string) => void,
): Promise<void> {
  const sites = await stack.doors.sites();
  const client = new TallyClient(stack.remoteUrl);
  await inParallel(sites.length, 4, async (index) => {
    const site = sites[index];
    if (site !== undefined) await fill(stack, client, site, index === 0 ? STORIES.length : 3);
  });
  const { site, platform } = stack.site.urls;
  const seconds = ((Date.now() - started) / 1_000).toFixed(1);
  say(`Ready after ${seconds} s: ${sites.length} sites on Connect, their data in the vendor's Postgres.

  An issue with checklists     ${site}/browse/TALLY-1
  All sites                    ${site}/
  The app's admin page         ${site}/admin
  The pretend platform         ${platform}
  The vendor's server          ${stack.remoteUrl}

Tick something, press "Upgrade this site in place" on the admin page, go on ticking, and follow the copy
in the Upgrade tab. Ctrl-C ends everything and leaves nothing behind.`);
}

async function fill(
  { doors, remoteUrl }: Stack,
  client: TallyClient,
  site: DemoSite,
  stories: number,
): Promise<void> {
  // With --data it may have been filled by an earlier run.
  if ((await doors.generation(site)) !== 'none') return;
  await doors.install(site, `${remoteUrl}/atlassian-connect.json`);
  const project = await doors.addProject(site, 'TALLY', 'Tally');
  await createTemplates(client, projectToken(doors, site, project), project.id);
  for (const story of STORIES.slice(0, stories)) {
    const issue = await doors.addIssue(site, project, story.summary);
    const token = issueToken(doors, site, issue);
    for (const list of story.lists) await createList(client, token, issue, list);
  }
}
