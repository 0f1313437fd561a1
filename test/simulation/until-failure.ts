/** Runs schedules (on an errand, if one is named) until one fails and prints its kind, seed and number; prints nothing when none does. */
import {
  planOf,
  runPlan,
  WrittenChoices,
  type Errand,
} from '../../storage-migration/simulation/index.ts';

const schedules = Number(process.argv[2]);
const errand = process.argv[3] as Errand | undefined;
for (let seed = 1; seed <= schedules; seed += 1) {
  const { violation } = await runPlan({
    plan: planOf(seed, errand),
    choices: WrittenChoices.seeded(seed),
  });
  if (violation === undefined) continue;
  console.log(`${violation.kind}, schedule ${seed}`);
  break;
}
process.exit(0);
