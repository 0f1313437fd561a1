import { LayerError, type LayerErrorCode } from '../errors.ts';
import type { History } from './history.ts';
import { ConnectionLost } from './statements.ts';

/**
 * What a rough world may make the layer throw. Everything else is a finding: above all the codes that quarantine a tenant,
 * because nothing here ever loses or rewinds a head.
 */
const EXPECTED: readonly LayerErrorCode[] = [
  'fence.closed',
  'head.sealed',
  'plan.stale',
  'stage.unexpected',
  'target.unreachable',
  'verify.not_clean',
];

/** What may come of a token that has run out, and of an app that is removed and installed again. */
const WHEN_REFUSED: readonly LayerErrorCode[] = [
  'target.unauthorized',
  'head.missing',
  'incarnation.over',
  // Who has begun before the new incarnation meets its heads.
  'layer.version_mismatch',
];

/** Lets an expected error pass and makes anything else a finding. `mayBeRefused`: see `World.mayBeRefused`. */
export function expectError(
  history: History,
  who: string,
  error: unknown,
  mayBeRefused = false,
): void {
  if (error instanceof ConnectionLost) return;
  if (mayBeRefused && error instanceof LayerError && WHEN_REFUSED.includes(error.code)) return;
  if (error instanceof LayerError && EXPECTED.includes(error.code)) return;
  const isGate = error instanceof Error && error.message.startsWith('the gate is open');
  if (isGate) return;
  const code = error instanceof LayerError ? error.code : 'error';
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  history.fail(`threw ${code}`, `${who}: ${text}`);
}
