import { backfillModel } from './backfill/backfill-model.ts';
import { search } from './check/search.ts';
import type { SearchResult } from './check/search.ts';
import type { Model } from './check/model.ts';
import { erasureModel } from './erasure/erasure-model.ts';
import { failoverModel } from './failover/failover-model.ts';
import { handoverModel } from './handover/handover-model.ts';
import { DEEP, SCENARIOS } from './handover/scenarios.ts';
import { partsModel, PARTS_WORLDS } from './parts/parts-model.ts';
import { passModel } from './pass/pass-model.ts';
import { roundModel } from './round/round-model.ts';
import { wipeModel } from './wipe/wipe-model.ts';

/** One search of the protocol as it is; it has to find nothing. */
export interface Check {
  readonly name: string;
  /** Whether the search also shows that the model's goals stay in reach. */
  readonly liveness: boolean;
  readonly run: () => SearchResult;
}

/** The protocol's models: the hand-over in several worlds, and the parts that it takes for one step. */
export function checks(deep: boolean): readonly Check[] {
  const scenarios = [...Object.values(SCENARIOS), ...(deep ? DEEP : [])];
  return [
    check('one round of two writers on Forge', roundModel(), true),
    check('copying one bucket', backfillModel(), true),
    check('emptying a target', wipeModel(), true),
    check('a verification pass', passModel(), true),
    check('an erasure and its drivers', erasureModel(), true),
    check('a forced failover and the way back', failoverModel(), true),
    ...PARTS_WORLDS.map((name) => check(`a value in parts, ${name}`, partsModel(name), true)),
    ...scenarios.map(({ name, bounds, liveness }) =>
      check(name, handoverModel(name, bounds), liveness),
    ),
  ];
}

function check<S>(name: string, model: Model<S>, liveness: boolean): Check {
  return { name, liveness, run: () => search(model, { liveness }) };
}
