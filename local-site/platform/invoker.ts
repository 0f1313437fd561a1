import { randomBytes, randomUUID } from 'node:crypto';
import type { ForgeApp, ForgeFunction } from '../app/index.ts';
import { FunctionRunner } from '../functions/index.ts';
import type { InvocationMeta, LogLine } from '../functions/index.ts';
import { bareId, siteAri } from './identifiers.ts';
import type { Installation } from './installations.ts';
import type { Chain, InvocationRecords } from './invocation-records.ts';
import { PlatformError } from './platform-error.ts';
import type { PlatformSwitches } from './switches.ts';

/** `page`: someone waits; `event`: product event; `async`: consumers and schedules; `last`: preUninstall. */
export type CallKind = 'page' | 'event' | 'async' | 'last';

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
}

/** Runs functions of the deployed versions, each call with its own token, time limit and context. */
export class Invoker {
  readonly #parts: InvokerParts;
  readonly #runners = new Map<ForgeApp, FunctionRunner>();

  constructor(parts: InvokerParts) {
    this.#parts = parts;
  }

  /** The function's result. Rejects with FunctionError, or PlatformError `unknown_module`. */
  async call(installation: Installation, call: FunctionCall): Promise<unknown> {
    const { app } = installation;
    const target = app.functions.get(call.functionKey);
    if (target === undefined) {
      throw new PlatformError('unknown_module', `There is no function '${call.functionKey}'.`);
    }
    const timeLimit = this.#timeLimit(app, target, call.kind);
    const token = this.#parts.records.open({
      installation,
      functionKey: call.functionKey,
      moduleKey: call.moduleKey,
      moduleType: call.moduleType,
      accountId: call.accountId,
      egressLeft: this.#parts.switches.egressPerMinute * Math.ceil(timeLimit / 60_000),
      chain: call.chain ?? { pushes: 0 },
    });
    try {
      const meta = this.#meta(installation, call, token);
      const { handler } = target;
      return await this.#runner(app).invoke({ handler, event: call.event, meta, timeLimit });
    } finally {
      this.#parts.records.close(token);
    }
  }

  /** Lets the invocations of a replaced version end, then stops its process. */
  retire(app: ForgeApp): void {
    this.#runners.get(app)?.retire();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.close()));
  }

  #runner(app: ForgeApp): FunctionRunner {
    const running = this.#runners.get(app);
    if (running !== undefined) return running;
    const { bundleDir, variables, memoryMB } = app;
    const { onLog } = this.#parts;
    const started = new FunctionRunner({ bundleDir, variables, memoryMB, onLog });
    this.#runners.set(app, started);
    return started;
  }

  /**
   * `timeoutSeconds` counts for consumers and schedules only, and only when no other kind of module uses the function
   * (`limits-invocation`: otherwise the lowest wins).
   */
  #timeLimit(app: ForgeApp, target: ForgeFunction, kind: CallKind): number {
    const { functionLimitMs, asyncFunctionLimitMs } = this.#parts.switches;
    if (kind === 'last') return asyncFunctionLimitMs;
    if (kind !== 'async' || isUsedElsewhere(app, target.key)) return functionLimitMs;
    return target.timeoutSeconds === undefined
      ? asyncFunctionLimitMs
      : target.timeoutSeconds * 1000;
  }

  #meta(installation: Installation, call: FunctionCall, token: string): InvocationMeta {
    const { app, site, uuid } = installation;
    return {
      proxy: { url: this.#parts.platformUrl, token },
      contextAri: siteAri(site.cloudId),
      cloudId: site.cloudId,
      ...(call.accountId === undefined ? {} : { accountId: call.accountId }),
      appContext: {
        appId: bareId(app.appId),
        appVersion: app.version,
        environmentId: app.environmentId,
        environmentType: this.#parts.switches.environmentType,
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

function isUsedElsewhere(app: ForgeApp, functionKey: string): boolean {
  return (
    app.uiModules.some((module) => module.resolverFunction === functionKey) ||
    app.triggers.some(({ target }) => target.kind === 'function' && target.key === functionKey)
  );
}
