/** Runs schedules until one fails and prints its kind, seed and number; prints nothing when none does. */
import { planOf, runPlan, WrittenChoices } from '../../storage-migration/simulation/index.ts';

const schedules = Number(process.argv[2]);
for (let seed = 1; seed <= schedules; seed += 1) {
  const { violation } = await runPlan({
    plan: planOf(seed),
    choices: WrittenChoices.seeded(seed),
  });
  if (violation === undefined) continue;
  console.log(`${violation.kind}, schedule ${seed}`);
  break;
}
process.exit(0);
