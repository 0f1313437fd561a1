import { LayerError, type LayerErrorCode } from '../errors.ts';
import { ConnectionLost } from './connection.ts';
import type { History } from './history.ts';

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

/** Lets an expected error pass and makes anything else a finding. `mayLackToken`: the token runs out in this run. */
export function expectError(
  history: History,
  who: string,
  error: unknown,
  mayLackToken = false,
): void {
  if (error instanceof ConnectionLost) return;
  if (mayLackToken && error instanceof LayerError && error.code === 'target.unauthorized') return;
  if (error instanceof LayerError && EXPECTED.includes(error.code)) return;
  const isGate = error instanceof Error && error.message.startsWith('the gate is open');
  if (isGate) return;
  const code = error instanceof LayerError ? error.code : 'error';
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  history.fail(`threw ${code}`, `${who}: ${text}`);
}
