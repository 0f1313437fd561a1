import type { ForgeApp, ForgeFunction } from '../app/index.ts';
import type { PlatformSwitches } from './switches.ts';

/**
 * Milliseconds that a function may run (`limits-invocation`). Consumers and schedules may have up to 900 s by
 * `timeoutSeconds`, but only when no module of another type leads to the function; otherwise the lowest limit of all of them
 * counts, `timeoutSeconds` included [doc: the lowest wins].
 */
export function timeLimitOf(
  app: ForgeApp,
  target: ForgeFunction,
  switches: PlatformSwitches,
): number {
  const declared = target.timeoutSeconds === undefined ? undefined : target.timeoutSeconds * 1000;
  const others = limitsOfOthers(app, target.key, switches);
  if (others.length === 0) return declared ?? switches.asyncFunctionLimitMs;
  return Math.min(...others, declared ?? Infinity);
}

function limitsOfOthers(app: ForgeApp, key: string, switches: PlatformSwitches): number[] {
  const limits: number[] = [];
  const leadsHere = (module: { readonly target: { kind: string; key: string } }): boolean =>
    module.target.kind === 'function' && module.target.key === key;
  if (
    app.uiModules.some((module) => module.resolverFunction === key) ||
    [...app.functionModules.values()].some((module) => module.functionKey === key) ||
    app.triggers.some(leadsHere)
  ) {
    limits.push(switches.functionLimitMs);
  }
  if (app.webTriggers.some(leadsHere)) limits.push(switches.webTriggerLimitMs);
  if (app.preUninstall !== undefined && leadsHere(app.preUninstall)) {
    limits.push(switches.asyncFunctionLimitMs);
  }
  return limits;
}

/** Started minutes of a time limit: what egress and console lines are counted by. */
export function startedMinutes(timeLimitMs: number): number {
  return Math.max(1, Math.ceil(timeLimitMs / 60_000));
}
