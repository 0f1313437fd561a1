import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { State } from '../state/index.ts';
import type { Clock } from '../types.ts';
import type { Installation } from './installations.ts';
import { later } from './timers.ts';

const KIND = 'errand';
const Stored = z.object({
  cloudId: z.string(),
  kind: z.string(),
  /** Epoch milliseconds. */
  due: z.number(),
  body: z.unknown(),
});
type Stored = z.infer<typeof Stored>;

/** What has to be written together with the errand's end, for those who have such a thing. */
export type Ending = (() => void) | undefined;

type Run = (installation: Installation, body: unknown) => Promise<Ending>;

/** Sends one: it is run after `ms` milliseconds. */
export type Send<Body> = (installation: Installation, ms: number, body: Body) => void;

/**
 * What the platform has promised to bring to an app later: events, retries, async events. An errand is written down before the
 * call that made it is answered, and struck out when it has been run, so that one under way when the process dies is run again:
 * at least once. It ends with its installation.
 */
export class Errands {
  readonly #clock: Clock;
  readonly #state: State;
  readonly #runs = new Map<string, Run>();
  readonly #open = new Map<Installation, Set<string>>();
  /** Those of an earlier run, by site, until their installation is there again. */
  readonly #left = new Map<string, Map<string, Stored>>();

  constructor(clock: Clock, state: State) {
    this.#clock = clock;
    this.#state = state;
    for (const [id, stored] of state.read(KIND, Stored)) {
      const left = this.#left.get(stored.cloudId) ?? new Map<string, Stored>();
      this.#left.set(stored.cloudId, left.set(id, stored));
    }
  }

  /**
   * Names a kind of errand and says how it is run. A run that rejects is over as well: who wants another one sends it.
   *
   * @param run gets the body as it was sent; after a restart a copy by way of JSON, so it must not hold anything else.
   */
  kind<Body>(
    name: string,
    run: (installation: Installation, body: Body) => Promise<Ending>,
  ): Send<Body> {
    // Bodies are written by this class alone.
    this.#runs.set(name, (installation, body) => run(installation, body as Body));
    return (installation, ms, body) => {
      if (!installation.open) return;
      const id = randomUUID();
      const { cloudId } = installation.site;
      const due = this.#clock.now() + Math.max(0, ms);
      this.#state.put(KIND, id, { cloudId, kind: name, due, body });
      this.#wait(installation, id, { cloudId, kind: name, due, body });
    };
  }

  /** Takes up what an earlier run has left of an installation. */
  resume(installation: Installation): void {
    const { cloudId } = installation.site;
    const left = this.#left.get(cloudId) ?? [];
    this.#left.delete(cloudId);
    for (const [id, stored] of left) this.#wait(installation, id, stored);
  }

  /** Strikes out all of an installation that has ended. */
  drop(installation: Installation): void {
    this.#state.atomically(() => {
      for (const id of this.#open.get(installation) ?? []) this.#state.remove(KIND, id);
    });
    this.#open.delete(installation);
  }

  /** Strikes out what belongs to no installation any more; when all have been taken up. */
  forgetStrays(): void {
    this.#state.atomically(() => {
      for (const left of this.#left.values()) {
        for (const id of left.keys()) this.#state.remove(KIND, id);
      }
    });
    this.#left.clear();
  }

  #wait(installation: Installation, id: string, { kind, due, body }: Stored): void {
    const ids = this.#open.get(installation) ?? new Set();
    this.#open.set(installation, ids.add(id));
    later(
      this.#clock,
      installation,
      due - this.#clock.now(),
      async () => {
        let ending: Ending;
        try {
          ending = await this.#runs.get(kind)?.(installation, body);
        } finally {
          this.#end(installation, id, ending);
        }
      },
      () => undefined,
    );
  }

  /** The local site may have been closed under an errand: then it is run again by the next one. */
  #end(installation: Installation, id: string, ending: Ending): void {
    if (!installation.open) return;
    this.#state.atomically(() => {
      ending?.();
      this.#state.remove(KIND, id);
    });
    const ids = this.#open.get(installation);
    ids?.delete(id);
    if (ids?.size === 0) this.#open.delete(installation);
  }
}
