import { randomBytes, randomUUID } from 'node:crypto';
import type { ForgeApp, ForgeFunction } from '../app/index.ts';
import { NO_FAULTS } from '../faults/index.ts';
import { FunctionError, FunctionRunner } from '../functions/index.ts';
import type { InvocationMeta, LogLine } from '../functions/index.ts';
import { offsetOf } from '../support/index.ts';
import type { Clock, FaultGate, UnmodelledRegister } from '../types.ts';
import { bareId, siteAri } from './identifiers.ts';
import type { Installation } from './installations.ts';
import type { InvocationLog } from './invocation-log.ts';
import type { Chain, InvocationRecords } from './invocation-records.ts';
import { licenceOf } from './licence.ts';
import { PlatformError } from './platform-error.ts';
import type { PlatformSwitches } from './switches.ts';
import { startedMinutes, timeLimitOf } from './time-limit.ts';

/**
 * `page`: someone waits; `event`: product event; `async`: consumers and schedules; `webTrigger`; `last`: preUninstall. For
 * functions the modules that lead to them decide about their time (`time-limit.ts`); for endpoints the kind does.
 */
export type CallKind = 'page' | 'event' | 'async' | 'webTrigger' | 'last';

export interface FunctionCall {
  readonly kind: CallKind;
  readonly functionKey: string;
  readonly moduleKey: string;
  readonly moduleType: string;
  readonly event: unknown;
  readonly accountId?: string | undefined;
  readonly chain?: Chain;
}

export interface InvokerParts {
  readonly records: InvocationRecords;
  readonly switches: PlatformSwitches;
  readonly platformUrl: string;
  readonly onLog: (line: LogLine) => void;
  /** What functions take for now. (Default: the machine's time) */
  readonly clock?: Clock | undefined;
  readonly faults?: FaultGate | undefined;
  readonly register?: UnmodelledRegister | undefined;
  /** Where runs are written down. (Default: nowhere) */
  readonly log?: InvocationLog | undefined;
}

/** Runs functions of the deployed versions, each call with its own token, time limit and context. */
export class Invoker {
  readonly #parts: InvokerParts;
  readonly #faults: FaultGate;
  readonly #runners = new Map<ForgeApp, FunctionRunner>();
  /** Of replaced versions. A version that comes back, after a restore of a site, gets a new one. */
  readonly #retired = new Set<FunctionRunner>();

  constructor(parts: InvokerParts) {
    this.#parts = parts;
    this.#faults = parts.faults ?? NO_FAULTS;
  }

  /** Milliseconds that the processes which run now took to start, of all versions. */
  get coldStarts(): readonly number[] {
    return [...this.#runners.values()].flatMap(({ coldStarts }) => coldStarts);
  }

  /** The function's result. Rejects with FunctionError, or PlatformError `unknown_module`. */
  async call(installation: Installation, call: FunctionCall): Promise<unknown> {
    const { app, site } = installation;
    const target = app.functions.get(call.functionKey);
    if (target === undefined) {
      throw new PlatformError('unknown_module', `There is no function '${call.functionKey}'.`);
    }
    try {
      return await this.#faults.pass<unknown>(
        'invoke',
        `${site.slug} ${call.functionKey}`,
        ({ crashAfterMs }) => this.#run(installation, target, call, crashAfterMs),
        refused,
      );
    } catch (cause) {
      if (cause instanceof FunctionError) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new FunctionError('FUNCTION_PLATFORM_UNKNOWN_ERROR', message, [], { cause });
    }
  }

  /** Lets the invocations of a replaced version end, then stops its process. */
  retire(app: ForgeApp): void {
    const runner = this.#runners.get(app);
    if (runner === undefined) return;
    runner.retire();
    this.#runners.delete(app);
    this.#retired.add(runner);
  }

  async close(): Promise<void> {
    const runners = [...this.#runners.values(), ...this.#retired];
    await Promise.all(runners.map((runner) => runner.close()));
  }

  async #run(
    installation: Installation,
    target: ForgeFunction,
    call: FunctionCall,
    crashAfterMs: number | undefined,
  ): Promise<unknown> {
    const { records, switches, clock } = this.#parts;
    const { app } = installation;
    const timeLimit = timeLimitOf(app, target, switches);
    const minutes = startedMinutes(timeLimit);
    const { egressOverLimit, outsideRequestLimitMs } = switches;
    const token = records.open({
      installation,
      functionKey: call.functionKey,
      moduleKey: call.moduleKey,
      moduleType: call.moduleType,
      accountId: call.accountId,
      egressLeft: switches.egressPerMinute * minutes,
      outside: { egressOverLimit, outsideRequestLimitMs },
      chain: call.chain ?? { pushes: 0 },
    });
    const meta = this.#meta(installation, call, token);
    const { functionKey, moduleKey, moduleType } = call;
    const ended = this.#parts.log?.begin({
      invocationId: meta.appContext.invocationId,
      siteSlug: installation.site.slug,
      ...{ functionKey, moduleKey, moduleType },
    });
    try {
      const result = await this.#runner(app).invoke({
        handler: target.handler,
        event: call.event,
        meta,
        timeLimit,
        logLimits: { lines: switches.logLinesPerMinute * minutes, bytes: switches.logBytes },
        ...(target.memoryMB === undefined ? {} : { memoryMB: target.memoryMB }),
        ...(crashAfterMs === undefined ? {} : { crashAfterMs }),
        ...(clock === undefined ? {} : { clockOffset: offsetOf(clock) }),
      });
      ended?.();
      return result;
    } catch (error) {
      ended?.(error);
      throw error;
    } finally {
      this.#endToken(token);
    }
  }

  #endToken(token: string): void {
    const { records, switches } = this.#parts;
    if (switches.callsAfterReturnMs === 0) {
      records.close(token);
      return;
    }
    setTimeout(() => {
      records.close(token);
    }, switches.callsAfterReturnMs).unref();
  }

  #runner(app: ForgeApp): FunctionRunner {
    const running = this.#runners.get(app);
    if (running !== undefined) return running;
    const { bundleDir, variables, memoryMB } = app;
    const { onLog, switches, register } = this.#parts;
    const started = new FunctionRunner({
      ...{ bundleDir, variables, memoryMB, onLog },
      unhandledRejectionFails: switches.unhandledRejectionFails,
      onUnmodelled: (what) => register?.refuse('Forge runtime', what),
    });
    this.#runners.set(app, started);
    return started;
  }

  #meta(installation: Installation, call: FunctionCall, token: string): InvocationMeta {
    const { app, site, uuid } = installation;
    const license = licenceOf(installation);
    return {
      proxy: { url: this.#parts.platformUrl, token },
      contextAri: siteAri(site.cloudId),
      cloudId: site.cloudId,
      ...(call.accountId === undefined ? {} : { accountId: call.accountId }),
      ...(license === undefined ? {} : { license }),
      appContext: {
        appId: bareId(app.appId),
        appVersion: app.version,
        environmentId: app.environmentId,
        environmentType: app.environmentType,
        invocationId: randomUUID(),
        installationId: uuid,
        functionKey: call.functionKey,
        moduleType: call.moduleType,
        moduleKey: call.moduleKey,
        permissions: { scopes: [...app.scopes] },
      },
      tracing: {
        traceId: randomBytes(16).toString('hex'),
        spanId: randomBytes(8).toString('hex'),
      },
    };
  }
}

/** A fault: the platform does not run the function. */
function refused(status: number): never {
  throw status === 429
    ? new FunctionError('FUNCTION_PLATFORM_RATE_LIMITED', 'The platform runs no more now (429).')
    : new FunctionError(
        'FUNCTION_PLATFORM_UNKNOWN_ERROR',
        `The platform did not run it (${status}).`,
      );
}
