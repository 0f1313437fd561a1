import { COUNTER_ALARM, type Head } from '../bucket/head.ts';
import { LayerError } from '../errors.ts';
import type { TargetScope } from './reach.ts';

/**
 * What was read from Postgres at `epoch` may be sent only while the head stands at exactly this epoch with Postgres as
 * authority, in the same incarnation and mapping. Throws `fence.closed` (drop the snapshot, read a new one) or
 * `layer.version_mismatch` (deploy the matching code).
 */
export function checkFence(scope: TargetScope, head: Head, epoch: number): void {
  if (head.mapv !== scope.mapping) {
    throw new LayerError(
      'layer.version_mismatch',
      `the target was filled with mapping ${head.mapv}, this process has ${scope.mapping}`,
    );
  }
  if (head.seq >= COUNTER_ALARM) {
    throw new LayerError('head.exhausted', `a head has counted to ${head.seq}`);
  }
  if (head.epoch !== epoch || head.auth !== 'P' || head.inc !== scope.incarnation) {
    throw new LayerError(
      'fence.closed',
      `the head stands at (${head.epoch}, ${head.auth}), incarnation ${head.inc}; the snapshot is of epoch ${epoch}`,
    );
  }
}
