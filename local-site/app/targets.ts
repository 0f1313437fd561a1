import { AppError } from './app-error.ts';
import type { Consumer, ForgeApp, ScheduledTrigger, Target, Trigger } from './forge-app.ts';
import type { ManifestModules } from './manifest-schema.ts';

interface Named {
  readonly key: string;
  readonly function?: string | undefined;
  readonly endpoint?: string | undefined;
}

/**
 * Reads every module that the platform calls by itself, and checks that it leads to a function or an endpoint that
 * exists.
 *
 * @throws AppError `manifest_invalid`.
 */
export function readTargets(
  modules: ManifestModules,
  functions: ReadonlyMap<string, unknown>,
  endpoints: ReadonlyMap<string, unknown>,
): Pick<ForgeApp, 'triggers' | 'schedules' | 'consumers' | 'preUninstall'> {
  const target = (module: Named): Target => {
    if (module.function !== undefined && functions.has(module.function)) {
      return { kind: 'function', key: module.function };
    }
    if (module.endpoint !== undefined && endpoints.has(module.endpoint)) {
      return { kind: 'endpoint', key: module.endpoint };
    }
    throw new AppError(
      'manifest_invalid',
      `module '${module.key}' needs a declared function or endpoint, not '${module.function ?? module.endpoint ?? ''}'.`,
    );
  };
  const triggers = (modules.trigger ?? []).map((module): Trigger => ({
    key: module.key,
    events: module.events.map(eventName),
    target: target(module),
  }));
  const schedules = (modules.scheduledTrigger ?? []).map((module): ScheduledTrigger => ({
    key: module.key,
    interval: module.interval,
    target: target(module),
  }));
  const consumers = (modules.consumer ?? []).map((module): Consumer => ({
    key: module.key,
    queue: module.queue,
    target: target(module.resolver ? { ...module, ...module.resolver, key: module.key } : module),
    method: module.resolver?.method,
  }));
  const last = modules.preUninstall?.[0];
  const preUninstall = last === undefined ? undefined : { key: last.key, target: target(last) };
  return { triggers, schedules, consumers, preUninstall };
}

/** An event is a name, or `{eventType, filter}`. The filter is not modelled: the event arrives unfiltered. */
function eventName(declared: string | { readonly eventType: string }): string {
  return typeof declared === 'string' ? declared : declared.eventType;
}
