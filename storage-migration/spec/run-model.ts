/**
 * `npm run model`: searches every model of the protocol to its bounds and prints what was seen. `--deep` adds larger worlds.
 * Ends with 1 when an invariant is broken, and prints the shortest way there.
 */
import { parseArgs } from 'node:util';
import { checks } from './models.ts';

const { values } = parseArgs({ options: { deep: { type: 'boolean', default: false } } });
const start = process.cpuUsage();
let states = 0;
let failed = false;

for (const { name, liveness, run } of checks(values.deep)) {
  const result = run();
  states += result.states;
  const verdict = result.violation === undefined ? 'holds' : `BROKEN: ${result.violation.what}`;
  console.log(
    `${name.padEnd(52)} ${number(result.states)} states ${number(result.transitions)} steps  ` +
      `depth ${String(result.depth).padStart(2)}${liveness ? '  live' : '      '}  ${verdict}`,
  );
  if (result.violation === undefined) continue;
  failed = true;
  console.log(`  ${result.violation.trace.join(' · ')}`);
}
const seconds = process.cpuUsage(start).user / 1e6;
console.log(`${number(states)} states in ${seconds.toFixed(0)} s of one core`);
if (failed) process.exitCode = 1;

function number(value: number): string {
  return value.toLocaleString('en').padStart(10);
}
