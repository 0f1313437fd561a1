import { progressDisplay } from '../progress-bar.ts';
import {
  createTemplates,
  inParallel,
  largeList,
  projectToken,
  saveSetting,
  seedList,
} from '../seed.ts';
import type { DemoIssue, DemoSite } from '../site/site-doors.ts';
import type { Stack } from '../stack.ts';
import type { TallyClient } from '../tally-client.ts';
import type { Panel } from './panel.ts';
import { patiently } from './patience.ts';
import { plantPoison, type Poison } from './plant-poison.ts';
import type { RunBook } from './run-book.ts';
import { seedOne } from './seed-one.ts';

export interface SeedOptions {
  readonly stack: Stack;
  readonly site: DemoSite;
  readonly client: TallyClient;
  readonly book: RunBook;
  readonly legacy: (issue: DemoIssue) => Panel;
  readonly records: number;
  readonly poison: boolean;
}

/** Fills a site through the legacy API, as its users did over the years: one issue a list, two templates, a setting. */
export async function seedSite(options: SeedOptions): Promise<Poison | undefined> {
  const { stack, site, client, book, legacy, records } = options;
  const { saved } = book;
  const project = await patiently(() => stack.doors.addProject(site, 'TALLY', 'Tally demo'));
  const addIssue = (summary: string): Promise<DemoIssue> =>
    patiently(() => stack.doors.addIssue(site, project, summary));
  await book.once('templates', async () => {
    const forProject = projectToken(stack.doors, site, project);
    const made = await patiently(() => createTemplates(client, forProject, project.id));
    for (const template of made) await saved.template(template);
    await patiently(() => saveSetting(client, forProject));
  });
  const display = progressDisplay(process.stderr, 'seed');
  const earlier = book.seeded();
  let done = 0;
  await inParallel(records, 16, async (index) => {
    // One that was deleted since was once there.
    const isThere = isSeeded(book, earlier.get(index)?.listId);
    if (!isThere) {
      const issue = await addIssue(`Work item ${index + 1}`);
      const shape = index === records - 1 ? largeList() : seedList(index);
      await book.seeds({ index, issue, listId: shape.id });
      await seedOne(saved, issue, legacy(issue), shape);
    }
    done += 1;
    display.show({ done, total: records, unit: 'lists' });
  });
  display.end(`Seeded ${records.toLocaleString('en')} lists through the legacy API.`);
  if (!options.poison) return undefined;
  return book.once('poison', async () =>
    plantPoison(stack.pool, site, await addIssue('An old work item')),
  );
}

function isSeeded({ saved }: RunBook, listId: string | undefined): boolean {
  return listId !== undefined && saved.find(listId) !== undefined;
}
