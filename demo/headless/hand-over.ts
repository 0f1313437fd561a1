import type { Issue, Site } from 'crossgrade-local-site';
import { seededRandom } from '../../local-site/support/index.ts';
import type { Stack } from '../stack.ts';
import { startChaos } from './chaos.ts';
import {
  missingLists,
  missingTemplates,
  readForge,
  readPanels,
  resurrectedLists,
} from './compare.ts';
import { order } from './order.ts';
import type { Panel } from './panel.ts';
import { pause } from './patience.ts';
import { caredFor, startPeople, type SeededIssue } from './people.ts';
import type { Saved } from './saved.ts';

export interface HandedOver {
  /** How long nobody could write at the first cut-over, in milliseconds. */
  readonly freezeMs: number;
  /** The same for the rollback: everything written since is back by then. */
  readonly rollbackMs: number;
  /** Saved states that the app does not show after the rollback, from Postgres. */
  readonly afterRollbackMissing: readonly string[];
  /** Saved states that Forge lacks, or either panel does not show, after everything. */
  readonly afterFinalMissing: readonly string[];
  readonly resurrected: readonly string[];
  /** Processes killed on the way. */
  readonly killed: number;
}

export interface HandoverOptions {
  readonly stack: Stack;
  readonly site: Site;
  readonly saved: Saved;
  readonly lists: readonly SeededIssue[];
  readonly legacy: (issue: Issue) => Panel;
  readonly forge: (issue: Issue) => Panel;
  readonly seed: number;
  /** Whether processes are killed all the while. */
  readonly chaos: boolean;
  readonly say: (line: string) => void;
}

/**
 * Between two things that one person does. A change costs Forge about six read units, and an installation has 66 a second:
 * four people could use them all up, and then everybody waits.
 */
const PAUSE_MS = 600;
/** How long people work in each stage before the operator goes on. */
const WORK_MS = 4_000;

/**
 * `verify` → live → back → live → settled → final, with people at both panels all the while. Twice everybody stops for a
 * moment and what the app has told them is held against what is there.
 */
export async function handOver(options: HandoverOptions): Promise<HandedOver> {
  const { stack, site, say } = options;
  const tenant = site.clientKey;
  let killed = 0;
  const during = async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    const { lists, saved, seed } = options;
    const panels = (issue: Issue): readonly Panel[] => [
      options.legacy(issue),
      options.forge(issue),
    ];
    const people = startPeople({
      ...{ lists, panels, saved, seed: `${part} ${seed}`, pauseMs: PAUSE_MS },
    });
    const chaos = options.chaos
      ? startChaos(stack, seededRandom(`chaos ${part} ${seed}`), say)
      : undefined;
    try {
      return await work();
    } finally {
      await chaos?.stop();
      killed += chaos?.killed ?? 0;
      await people.stop();
    }
  };

  const there = await during('there and back', async () => {
    const freezeMs = await order(stack, tenant, { command: 'cutover', to: 'live' });
    say(`Cut over: nobody could write for ${freezeMs} ms. People go on at both panels.`);
    await pause(WORK_MS);
    const reason = ['--reason', 'the demo tries the way back'];
    const rollbackMs = await order(stack, tenant, {
      ...{ command: 'rollback', to: 'verify', options: reason },
    });
    say(`Rolled back: nobody could write for ${rollbackMs} ms.`);
    await pause(WORK_MS / 2);
    return { freezeMs, rollbackMs };
  });
  const afterRollback = await atThePanels(options, options.lists, [options.legacy]);

  await during('for good', async () => {
    await order(stack, tenant, { command: 'cutover', to: 'live' });
    await pause(WORK_MS / 2);
    await order(stack, tenant, { command: 'settle', to: 'settled' });
    say('Cut over again and settled.');
    await pause(WORK_MS / 2);
    const options = ['--confirm', tenant, '--reason', 'the demo ends here'];
    await order(stack, tenant, { command: 'finalize', to: 'final', options });
    say('Finalized: Forge is the only holder now.');
    await pause(WORK_MS / 2);
  });
  // Reading costs units of an installation's minute: what people wrote is read at both panels, everything in the store.
  const stored = readForge(stack.local, site);
  const inParts = options.lists.filter(({ list }) => stored.inParts.has(list.id));
  const written = [...new Set([...caredFor(options.lists).flat(), ...inParts])];
  const afterFinal = await atThePanels(options, written, [options.legacy, options.forge]);
  return {
    ...there,
    afterRollbackMissing: afterRollback.missing,
    afterFinalMissing: [
      ...afterFinal.missing,
      ...missingLists(options.saved, stored.lists, 'forge', stored.inParts),
      ...missingTemplates(options.saved, stored.templates, 'forge'),
    ],
    resurrected: [
      ...afterRollback.resurrected,
      ...afterFinal.resurrected,
      ...resurrectedLists(options.saved, stored.lists, 'forge'),
    ],
    killed,
  };
}

async function atThePanels(
  { saved }: HandoverOptions,
  lists: readonly SeededIssue[],
  panels: readonly ((issue: Issue) => Panel)[],
): Promise<{ missing: string[]; resurrected: string[] }> {
  const missing: string[] = [];
  const resurrected: string[] = [];
  const others = saved.elsewhereThan(new Set(lists.map(({ issue }) => issue.id)));
  for (const panelOf of panels) {
    const where = lists[0] === undefined ? '' : `${panelOf(lists[0].issue).name} panel`;
    const seen = await readPanels(
      lists.map(({ issue }) => issue),
      panelOf,
    );
    missing.push(...missingLists(saved, seen, where, others));
    resurrected.push(...resurrectedLists(saved, seen, where));
  }
  return { missing, resurrected };
}
