import { randomUUID } from 'node:crypto';

/** One bulk upgrade. It says how many, never which. */
export interface Rollout {
  readonly id: string;
  readonly appId: string;
  readonly environmentKey: string;
  readonly sourceVersionId: string;
  readonly targetVersionId: string;
  readonly createdAt: number;
  readonly completedAt: number;
  readonly completed: number;
  readonly failed: number;
}

/** The bulk upgrades that were started from the command line. Each is over before its mutation answers. */
export class Rollouts {
  readonly #all = new Map<string, Rollout>();

  add(rollout: Omit<Rollout, 'id'>): Rollout {
    const kept = { id: randomUUID(), ...rollout };
    this.#all.set(kept.id, kept);
    return kept;
  }

  find(id: string): Rollout | undefined {
    return this.#all.get(id);
  }

  of(environmentKey: string): Rollout[] {
    return [...this.#all.values()].filter((each) => each.environmentKey === environmentKey);
  }
}
