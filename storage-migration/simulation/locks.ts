/** An open transaction of the simulated Postgres. */
export interface Holder {
  readonly name: string;
}

type Mode = 'shared' | 'exclusive';

interface Wanted {
  readonly holder: Holder;
  readonly mode: Mode;
  readonly grant: (got: boolean) => void;
}

interface Lock {
  held: Map<Holder, Mode>;
  queue: Wanted[];
}

/** Locks by name, first come first served: whoever asks to share waits behind one who asks for all, as in Postgres. */
export class Locks {
  readonly #locks = new Map<string, Lock>();

  /** Resolves true when the lock is had, false when the wait was given up by `cancel`. */
  acquire(holder: Holder, name: string, mode: Mode): Promise<boolean> {
    const lock = this.#of(name);
    if (lock.held.has(holder)) return Promise.resolve(true);
    if (lock.queue.length === 0 && isFree(lock, mode)) {
      lock.held.set(holder, mode);
      return Promise.resolve(true);
    }
    return new Promise((grant) => lock.queue.push({ holder, mode, grant }));
  }

  isHeld(name: string): boolean {
    return this.#of(name).held.size > 0;
  }

  /** Takes the holder out of a queue; its `acquire` resolves false. */
  cancel(holder: Holder): void {
    for (const lock of this.#locks.values()) {
      const given = lock.queue.filter((wanted) => wanted.holder === holder);
      lock.queue = lock.queue.filter((wanted) => wanted.holder !== holder);
      for (const wanted of given) wanted.grant(false);
      this.#serve(lock);
    }
  }

  /** The holder's transaction has ended: everything it held is free. */
  release(holder: Holder): void {
    for (const lock of this.#locks.values()) {
      lock.held.delete(holder);
      lock.queue = lock.queue.filter((wanted) => wanted.holder !== holder);
      this.#serve(lock);
    }
  }

  #serve(lock: Lock): void {
    for (let next = lock.queue[0]; next !== undefined; next = lock.queue[0]) {
      if (!isFree(lock, next.mode)) return;
      lock.queue.shift();
      lock.held.set(next.holder, next.mode);
      next.grant(true);
    }
  }

  #of(name: string): Lock {
    const lock = this.#locks.get(name) ?? { held: new Map(), queue: [] };
    this.#locks.set(name, lock);
    return lock;
  }
}

function isFree(lock: Lock, mode: Mode): boolean {
  return mode === 'exclusive'
    ? lock.held.size === 0
    : [...lock.held.values()].every((held) => held === 'shared');
}
