import type {
  Consumer,
  ForgeApp,
  FunctionModule,
  ScheduledTrigger,
  Target,
  Trigger,
  WebTrigger,
} from './forge-app.ts';
import type { Finding } from './manifest-file.ts';
import type { ManifestModules } from './manifest-schema.ts';
import { readTriggerFilter } from './trigger-filter.ts';

interface Named {
  readonly key: string;
  readonly function?: string | undefined;
  readonly endpoint?: string | undefined;
}

type Targets = Pick<
  ForgeApp,
  'triggers' | 'schedules' | 'consumers' | 'preUninstall' | 'webTriggers' | 'functionModules'
>;

/**
 * Reads every module that the platform calls by itself. What does not lead to a declared function or endpoint is a
 * finding, and stands in the result as leading nowhere: look at `findings` first.
 */
export function readTargets(
  modules: ManifestModules,
  functions: ReadonlyMap<string, unknown>,
  endpoints: ReadonlyMap<string, unknown>,
): { readonly targets: Targets; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const target = (type: string, index: number, module: Named): Target => {
    const name = module.function ?? module.endpoint ?? '';
    if (module.endpoint === undefined && functions.has(name))
      return { kind: 'function', key: name };
    if (module.function === undefined && endpoints.has(name))
      return { kind: 'endpoint', key: name };
    findings.push({
      path: ['modules', type, index],
      message: `module '${module.key}' needs one declared function or endpoint, not '${name}'.`,
    });
    return { kind: 'function', key: name };
  };
  const { trigger = [], scheduledTrigger = [], consumer = [], webtrigger = [] } = modules;
  const last = modules.preUninstall?.[0];
  const targets: Targets = {
    triggers: trigger.map((module, index): Trigger => ({
      key: module.key,
      events: module.events.map(eventName),
      target: target('trigger', index, module),
      onlyLicensed: module.filter?.appIsLicensed === true,
      filter: readTriggerFilter(module),
    })),
    schedules: scheduledTrigger.map((module, index): ScheduledTrigger => ({
      key: module.key,
      interval: module.interval,
      target: target('scheduledTrigger', index, module),
      onlyLicensed: module.filter?.appIsLicensed === true,
    })),
    consumers: consumer.map((module, index): Consumer => ({
      key: module.key,
      queue: module.queue,
      target: target('consumer', index, {
        ...module,
        ...(module.resolver === undefined ? {} : { function: module.resolver.function }),
      }),
      method: module.resolver?.method,
      crossVersion: module.crossVersion === true,
    })),
    webTriggers: webtrigger.map((module, index): WebTrigger => ({
      key: module.key,
      target: target('webtrigger', index, module),
      urlFormat: module.urlFormat ?? 'v1',
      response: module.response?.type ?? 'dynamic',
      outputs: module.response?.outputs ?? [],
    })),
    preUninstall:
      last === undefined ? undefined : { key: last.key, target: target('preUninstall', 0, last) },
    functionModules: functionModules(modules, functions),
  };
  return { targets, findings };
}

/** An event is a name, or `{eventType, filter}`. That filter is not modelled: the event arrives unfiltered. */
function eventName(declared: string | { readonly eventType: string }): string {
  return typeof declared === 'string' ? declared : declared.eventType;
}

const OWN = new Set(['trigger', 'scheduledTrigger', 'consumer', 'webtrigger', 'preUninstall']);

/** Product modules with a function of their own: workflow validators and post functions, JQL functions … */
function functionModules(
  modules: ManifestModules,
  functions: ReadonlyMap<string, unknown>,
): Map<string, FunctionModule> {
  const found = new Map<string, FunctionModule>();
  for (const [type, declared] of Object.entries(modules)) {
    if (OWN.has(type) || !Array.isArray(declared)) continue;
    for (const { key, function: functionKey } of declared as Record<string, unknown>[]) {
      if (typeof key !== 'string' || typeof functionKey !== 'string') continue;
      if (functions.has(functionKey)) found.set(key, { key, type, functionKey });
    }
  }
  return found;
}
