import { tenantProgress, type TenantProgress } from 'crossgrade/postgres';
import type { DemoArguments } from '../arguments.ts';
import { progressDisplay } from '../progress-bar.ts';
import type { DemoSite } from '../site/site-doors.ts';
import type { Stack } from '../stack.ts';
import { patiently, pause } from './patience.ts';

const GROUP = 'checklists';

/** Shows the copy until the tenant is verified, or can't get there because a record is set aside. */
export async function followCopy(
  stack: Stack,
  site: DemoSite,
  args: DemoArguments,
  say: (line: string) => void,
): Promise<TenantProgress> {
  const display = progressDisplay(process.stderr, 'copy');
  let kills = 0;
  for (;;) {
    await pause(250);
    const progress = await progressOf(stack, site);
    const { recordsTotal, recordsCopied, dirty, stage, setAside } = progress;
    const units = await patiently(() => stack.doors.writeUnits(site));
    display.show({
      done: recordsCopied,
      total: recordsTotal,
      unit: 'records',
      facts: [`${units} units`, `lag ${dirty}`, stage],
    });
    if (progress.condition !== null) {
      display.end(`The tenant is ${progress.condition}: ${progress.conditionReason ?? ''}`);
      return progress;
    }
    const due = ((kills + 1) / (args.kills + 1)) * recordsTotal * 0.9;
    if (stage === 'copy' && kills < args.kills && recordsCopied > 0 && recordsCopied >= due) {
      kills += 1;
      say(`Killed the copying process ${stack.worker.pid} (${kills} of ${args.kills}).`);
      stack.worker.kill();
    }
    const isStuck = setAside.length > 0 && recordsCopied + setAside.length >= recordsTotal;
    if (isStuck || (await isVerified(stack, site))) {
      display.end(
        isStuck
          ? `Copied all but ${setAside.length}.`
          : `Copied and verified ${recordsCopied.toLocaleString('en')} records in ${units.toLocaleString('en')} units.`,
      );
      return progress;
    }
  }
}

/** Asks again while Postgres is away. */
export function progressOf(stack: Stack, site: DemoSite): Promise<TenantProgress> {
  return patiently(() => tenantProgress(stack.pool, site.clientKey, GROUP));
}

async function isVerified(stack: Stack, site: DemoSite): Promise<boolean> {
  const passes = await patiently(() =>
    stack.pool.query<{ done: boolean }>(
      `select exists (select 1 from mig_pass where tenant = $1 and result in ('clean', 'different') and kind = 'scrub')
       as done`,
      [site.clientKey],
    ),
  );
  return passes.rows[0]?.done === true;
}

/** The writers have stopped: what they wrote last still has to arrive. */
export async function drain(stack: Stack, site: DemoSite): Promise<TenantProgress> {
  for (;;) {
    const progress = await progressOf(stack, site);
    if (progress.dirty === 0 || progress.condition !== null) return progress;
    await pause(100);
  }
}
