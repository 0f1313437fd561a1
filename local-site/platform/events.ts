import { NO_FAULTS } from '../faults/index.ts';
import type { FaultGate, Site, UnmodelledRegister } from '../types.ts';
import type { Deliverer } from './deliverer.ts';
import { byteSize } from './delivery.ts';
import { filtered } from './event-filter.ts';
import type { ExpressionEvaluator } from './event-filter.ts';
import { bareId } from './identifiers.ts';
import type { Errands, Send } from './errands.ts';
import type { Installation } from './installations.ts';
import { isLicensed } from './licence.ts';
import type { PlatformSwitches } from './switches.ts';

export interface EventsParts {
  readonly errands: Errands;
  readonly random: () => number;
  readonly switches: PlatformSwitches;
  readonly deliverer: Deliverer;
  readonly onFailure?: ((what: string, message: string) => void) | undefined;
  readonly faults?: FaultGate | undefined;
  readonly register?: UnmodelledRegister | undefined;
  /** For `filter.expression` of triggers. Without it such a trigger gets nothing, and that is recorded as unmodelled. */
  readonly evaluate?: ExpressionEvaluator | undefined;
}

/** An event on its way to one trigger. */
interface Sent {
  readonly triggerKey: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A larger event is not delivered (forge-storage facts, section 12). */
const MAX_PAYLOAD_BYTES = 200_000;

/**
 * Product and lifecycle events: at least once, late, to every trigger of the app that names the event and whose filter lets it
 * through. A Connect webhook for the same thing goes its own way: whoever declares both gets both.
 */
export class Events {
  readonly #parts: EventsParts;
  readonly #send: Send<Sent>;

  constructor(parts: EventsParts) {
    this.#parts = parts;
    this.#send = parts.errands.kind<Sent>('event', (installation, sent) =>
      this.#pass(installation, sent),
    );
  }

  emit(
    installation: Installation,
    event: string,
    payload: Readonly<Record<string, unknown>>,
  ): void {
    const { random, switches, evaluate, register } = this.#parts;
    const onFailure = this.#parts.onFailure ?? ((): void => undefined);
    for (const trigger of installation.app.triggers) {
      if (!trigger.events.includes(event)) continue;
      if (trigger.onlyLicensed === true && !isLicensed(installation, switches)) continue;
      const received = filtered({ evaluate, register, onFailure }, trigger, {
        eventType: event,
        ...payload,
      });
      if (received === undefined) continue;
      if (byteSize(received) > MAX_PAYLOAD_BYTES) {
        onFailure(`${trigger.key} on ${installation.site.slug}`, `${event} is over 200 kB.`);
        continue;
      }
      const copies = random() < switches.eventDuplicate ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const sent = { triggerKey: trigger.key, event, payload: received };
        this.#send(installation, this.#delay(), sent);
      }
    }
  }

  /** `avi:forge:installed:app` or `avi:forge:upgraded:app`. Ids in it are bare, without `ari:`. */
  emitLifecycle(
    installation: Installation,
    event: 'avi:forge:installed:app' | 'avi:forge:upgraded:app',
  ): void {
    const { app, site, uuid } = installation;
    const who = event === 'avi:forge:installed:app' ? 'installerAccountId' : 'upgraderAccountId';
    const admin = adminOf(site);
    this.emit(installation, event, {
      id: uuid,
      ...(admin === undefined ? {} : { [who]: admin }),
      app: { id: bareId(app.appId), version: app.version },
      environment: { id: app.environmentId },
    });
  }

  /** A lost event is lost: the gate's rejection ends it. */
  async #pass(
    installation: Installation,
    { triggerKey, event, payload }: Sent,
  ): Promise<undefined> {
    const faults = this.#parts.faults ?? NO_FAULTS;
    await faults.pass(
      'event',
      `${installation.site.slug} ${event} ${triggerKey}`,
      () => this.#deliver(installation, triggerKey, payload),
      () => undefined,
    );
    return undefined;
  }

  async #deliver(
    installation: Installation,
    triggerKey: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    // The version may have changed since: the trigger of today counts. A held event may come after an uninstall.
    const trigger = installation.app.triggers.find(({ key }) => key === triggerKey);
    if (trigger === undefined || !installation.open) return;
    await this.#parts.deliverer.deliver(installation, {
      kind: 'event',
      moduleType: 'trigger',
      moduleKey: trigger.key,
      target: trigger.target,
      payload,
    });
  }

  #delay(): number {
    const { random, switches } = this.#parts;
    const usual = random() * switches.eventDelayMs;
    return random() < switches.eventLate ? usual + random() * switches.eventLateMs : usual;
  }
}

function adminOf(site: Site): string | undefined {
  return site.users.find((user) => user.admin)?.accountId;
}
