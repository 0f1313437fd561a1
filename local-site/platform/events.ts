import type { Clock, Site } from '../types.ts';
import type { Deliverer } from './deliverer.ts';
import { bareId } from './identifiers.ts';
import type { Installation } from './installations.ts';
import type { PlatformSwitches } from './switches.ts';
import { later } from './timers.ts';

export interface EventsParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly switches: PlatformSwitches;
  readonly deliverer: Deliverer;
}

/** Product and lifecycle events: at least once, late, to every trigger of the app that names the event. */
export class Events {
  readonly #parts: EventsParts;

  constructor(parts: EventsParts) {
    this.#parts = parts;
  }

  emit(
    installation: Installation,
    event: string,
    payload: Readonly<Record<string, unknown>>,
  ): void {
    const { random, switches } = this.#parts;
    for (const trigger of installation.app.triggers) {
      if (!trigger.events.includes(event)) continue;
      const copies = random() < switches.duplicateEvents ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        this.#send(installation, trigger.key, { eventType: event, ...payload });
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

  #send(installation: Installation, triggerKey: string, payload: Record<string, unknown>): void {
    const { clock, random, switches, deliverer } = this.#parts;
    later(
      clock,
      installation,
      random() * switches.eventDelayMs,
      async () => {
        // The version may have changed since: the trigger of today counts.
        const trigger = installation.app.triggers.find(({ key }) => key === triggerKey);
        if (trigger === undefined) return;
        await deliverer.deliver(installation, {
          kind: 'event',
          moduleType: 'trigger',
          moduleKey: trigger.key,
          target: trigger.target,
          payload,
        });
      },
      () => undefined,
    );
  }
}

function adminOf(site: Site): string | undefined {
  return site.users.find((user) => user.admin)?.accountId;
}
