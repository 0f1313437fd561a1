import type { Issue, Site } from 'crossgrade-local-site';
import type { DemoArguments } from '../arguments.ts';
import { progressDisplay } from '../progress-bar.ts';
import {
  createList,
  createTemplates,
  inParallel,
  issueToken,
  largeList,
  projectToken,
  saveSetting,
  seedList,
} from '../seed.ts';
import type { Stack } from '../stack.ts';
import type { TallyClient } from '../tally-client.ts';
import type { SeededIssue } from './people.ts';
import { plantPoison, type Poison } from './plant-poison.ts';
import type { Saved } from './saved.ts';

export interface SeededSite {
  readonly lists: SeededIssue[];
  readonly poison: Poison | undefined;
}

/** Fills a site through the legacy API, as its users did over the years: one issue a list, two templates, a setting. */
export async function seedSite(
  stack: Stack,
  site: Site,
  client: TallyClient,
  saved: Saved,
  args: DemoArguments,
): Promise<SeededSite> {
  const project = stack.local.jira.addProject(site, 'TALLY', 'Tally demo');
  const forProject = projectToken(stack.local, site, project);
  for (const template of await createTemplates(client, forProject, project.id)) {
    saved.template(template);
  }
  await saveSetting(client, forProject);
  const display = progressDisplay(process.stderr, 'seed');
  const seeded: SeededIssue[] = [];
  let done = 0;
  const addIssue = (summary: string): Issue =>
    stack.local.jira.addIssue(site, { projectKey: project.key, summary });
  await inParallel(args.records, 16, async (index) => {
    const issue = addIssue(`Work item ${index + 1}`);
    const shape = index === args.records - 1 ? largeList() : seedList(index);
    const list = await createList(client, issueToken(stack.local, site, issue), issue, shape);
    saved.list(list);
    seeded.push({ issue, list });
    done += 1;
    display.show({ done, total: args.records, unit: 'lists' });
  });
  display.end(`Seeded ${seeded.length.toLocaleString('en')} lists through the legacy API.`);
  const poison = args.poison
    ? await plantPoison(stack.pool, site, addIssue('An old work item'))
    : undefined;
  return { lists: seeded.sort((a, b) => Number(a.issue.id) - Number(b.issue.id)), poison };
}
