import { createForgeStore } from '../index.ts';
import { seededRandom, systemClock } from '../../support/index.ts';

/*
 * A process to be killed: writes the same number into five keys in one transaction and then a log entry, on and on, and prints
 * each number once both were answered. `node killed-writer.ts <file>`
 */
const store = createForgeStore({
  file: process.argv[2] ?? '',
  clock: systemClock,
  random: seededRandom(1),
  limits: { quotas: false },
  switches: { spuriousConflict: 0 },
});
store.open('killed');
const call = (operation: string, body: unknown) =>
  store.handle('killed', operation, JSON.stringify(body));
for (let n = 1; ; n++) {
  const set = ['a', 'b', 'c', 'd', 'e'].map((key) => ({
    key,
    value: { n, text: 'x'.repeat(2_000) },
  }));
  const all = await call('/transaction', { set });
  const log = await call('/set', { key: `log:${String(n).padStart(6, '0')}`, value: n });
  if (all.status !== 204 || log.status !== 204) throw new Error('A write was refused.');
  process.stdout.write(`${n}\n`);
  // A write to a pipe is only tried, not done, until the event loop turns.
  await new Promise((resolve) => setImmediate(resolve));
}
