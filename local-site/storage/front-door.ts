import type { Random } from '../support/index.ts';
import type { Answer, Clock, UnmodelledRegister } from '../types.ts';
import type { Engine, Reply, Tenant } from './engine.ts';
import { StorageError } from './errors.ts';
import type { StorageLimits } from './limits.ts';
import { OPERATIONS } from './operations.ts';
import type { Operation } from './operations.ts';
import { throttled } from './quota.ts';
import { RateWindow } from './rate-window.ts';
import type { Span } from './switches.ts';
import { textAnswer } from './text-answer.ts';
import { transaction } from './transaction.ts';

export interface FrontDoorParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly limits: StorageLimits;
  readonly register: UnmodelledRegister | undefined;
  /** The installation as it is now: uninstalled, restored or gone since a request arrived. */
  readonly find: (installationId: string) => Tenant | undefined;
}

export interface Request {
  readonly installationId: string;
  readonly operation: string;
  readonly body: string;
  readonly door: 'rest' | 'function' | undefined;
}

/** What every request passes on its way in and out: rate, time, JSON, refusals as answers. */
export class FrontDoor {
  readonly #parts: FrontDoorParts;
  readonly #restRequests = new RateWindow(1_000, 'fixed');
  readonly #warm = new WeakSet<Tenant>();

  constructor(parts: FrontDoorParts) {
    this.#parts = parts;
  }

  /** `tenant` is the installation when the request arrives. Rejects only when the file is broken. */
  async handle(
    tenant: Tenant,
    { installationId, operation, body, door }: Request,
  ): Promise<Answer> {
    try {
      const run = OPERATIONS.get(operation);
      if (!run) return this.#unknown(operation);
      if (tenant.retiredAt !== null) throw new StorageError('APP_NOT_INSTALLED');
      if (door === 'rest') this.#countRest(this.#parts.clock.now());
      return answerOf(await this.#run(run, tenant, installationId, body));
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (error.status === 429) tenant.quota.usage.throttled++;
      return error.answer();
    }
  }

  async #run(run: Operation, tenant: Tenant, installationId: string, body: string): Promise<Reply> {
    const { engine, clock } = this.#parts;
    const latency = this.#latency(tenant);
    tenant.quota.request(clock.now());
    // A transaction takes its time between its arrival and its commit, so that two of them can overlap.
    if (run !== transaction) await this.#wait(latency);
    const present = this.#present(installationId);
    const call = {
      tenant: present,
      body: parseText(body),
      bytes: Buffer.byteLength(body),
      now: clock.now(),
    };
    return run(engine, call, async () => {
      await this.#wait(latency);
      if (this.#present(installationId).epoch !== present.epoch) {
        throw new StorageError('CONDITIONAL_CHECK_FAILED');
      }
      return clock.now();
    });
  }

  #present(installationId: string): Tenant {
    const tenant = this.#parts.find(installationId);
    if (tenant?.retiredAt !== null) throw new StorageError('APP_NOT_INSTALLED');
    return tenant;
  }

  #latency(tenant: Tenant): number {
    const { random, switches } = this.#parts.engine;
    const first = !this.#warm.has(tenant) && switches.firstCallMs.max > 0;
    this.#warm.add(tenant);
    return draw(random, first ? switches.firstCallMs : switches.latencyMs);
  }

  async #wait(ms: number): Promise<void> {
    const { clock } = this.#parts;
    if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve));
  }

  #countRest(now: number): void {
    const { engine, limits } = this.#parts;
    const most = engine.switches.restRequestsPerSecond;
    if (most !== null && limits.quotas && this.#restRequests.used(now) >= most) {
      const { general } = engine.switches.throttleCode;
      throw throttled(general, engine.switches, this.#restRequests.msUntilFree(now));
    }
    this.#restRequests.add(1, now);
  }

  #unknown(operation: string): Answer {
    const { engine, register } = this.#parts;
    const refusal = register?.refuse('storage', operation);
    if (engine.switches.unknownOperationStatus === 403) {
      return new StorageError('INVALID_ROUTE').answer();
    }
    return refusal ?? new StorageError('NOT_MODELLED').answer();
  }
}

/** A time within a span; 0 while the span is off. */
export function draw(random: Random, { min, max }: Span): number {
  return max <= 0 ? 0 : Math.round(min + random() * (max - min));
}

function parseText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new StorageError('INVALID_REQUEST', {
      message: `The body is not JSON: ${error instanceof Error ? error.message : ''}`,
    });
  }
}

function answerOf({ status, text }: Reply): Answer {
  return text === undefined ? { status } : textAnswer(status, text);
}
