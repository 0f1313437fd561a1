/**
 * `npm run mutants`: breaks one rule of the protocol after the other and prints how soon the search notices. A mutant that
 * survives ends the run with 1: then a model says less than it seems to.
 */
import { MUTANTS } from './mutants.ts';

let killed = 0;
for (const { id, mistake, rule, run } of MUTANTS) {
  const { violation, states } = run({ liveness: true });
  if (violation !== undefined) killed += 1;
  const end =
    violation === undefined
      ? 'SURVIVES'
      : `${String(violation.trace.length).padStart(2)} steps  ${violation.what}`;
  console.log(`${id.padEnd(4)} ${mistake.padEnd(50)} ${end}`);
  if (violation === undefined)
    console.log(`     rule ${rule}, ${states.toLocaleString('en')} states`);
}
console.log(`${killed} killed of ${MUTANTS.length}`);
if (killed < MUTANTS.length) process.exitCode = 1;
