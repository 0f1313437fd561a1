import { planOf, type Plan } from './plan.ts';

/** A plan drawn from a seed that the model can follow: one record a bucket, few writes, nothing brought back in `live`. */
export function tracePlanOf(seed: number): Plan {
  const plan = planOf(seed);
  const buckets = seed % 3 === 0 ? 1 : 2;
  return {
    ...plan,
    ...{ spread: true, buckets, keys: buckets, pulls: false, tidies: false },
    existing: plan.existing.filter((key) => key < buckets),
    users: plan.users.slice(0, 2).map((user) => ({ ...user, steps: user.steps.slice(0, 7) })),
  };
}
