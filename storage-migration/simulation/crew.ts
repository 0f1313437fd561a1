import { RunEnded } from './scheduler.ts';
import { startActor, type Actor } from './actor.ts';
import type { World } from './world.ts';

/** Virtual time until a dead process is there again. */
const RESTART_MS = 900;

interface Job {
  readonly name: string;
  readonly isEndless: boolean;
  readonly restarts: boolean;
  readonly inForge: boolean;
  readonly work: (actor: Actor) => Promise<void>;
  actor: Actor;
  isOver: boolean;
  isRestarting: boolean;
}

/** Who is at work, and who comes back after a death. */
export class Crew {
  readonly #world: World;
  readonly #jobs: Job[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Works once through. A user whose process died does not come back: the others go on. */
  hire(name: string, how: { restarts: boolean; inForge: boolean }, work: Job['work']): void {
    this.#begin({ name, isEndless: false, ...how }, work);
  }

  /** Works for ever, and is started again whenever it ends. */
  keep(name: string, work: Job['work']): void {
    this.#begin({ name, isEndless: true, restarts: true, inForge: false }, work);
  }

  #begin(how: Pick<Job, 'name' | 'isEndless' | 'restarts' | 'inForge'>, work: Job['work']): void {
    const actor = startActor(this.#world, how.name, how.inForge);
    const job = { ...how, work, actor, isOver: false, isRestarting: false };
    this.#jobs.push(job);
    this.#run(job);
  }

  #run(job: Job): void {
    const { actor } = job;
    job.work(actor).then(
      () => this.#ended(job, actor),
      (error: unknown) => {
        if (error instanceof RunEnded) return;
        this.#world.history.fail('threw', `${job.name}: ${String(error)}`);
      },
    );
  }

  #ended(job: Job, actor: Actor): void {
    if (job.actor !== actor) return;
    if (job.isEndless) this.#restart(job);
    else job.isOver = true;
  }

  restartDead(): void {
    for (const job of this.#jobs) {
      if (job.isOver || job.isRestarting || job.actor.process.isAlive) continue;
      if (job.restarts) this.#restart(job);
      else job.isOver = true;
    }
  }

  #restart(job: Job): void {
    if (job.isRestarting || job.isOver) return;
    job.isRestarting = true;
    this.#world.scheduler.after(RESTART_MS, `${job.name} is started again`, () => {
      job.isRestarting = false;
      if (job.isOver) return;
      this.#world.scheduler.kill(job.actor.process);
      job.actor = startActor(this.#world, job.name, job.inForge);
      this.#run(job);
    });
  }

  /** Users and operators have done what they came for. */
  isOff(): boolean {
    return this.#jobs.every((job) => job.isEndless || job.isOver);
  }

  /** Sends users and operators home; workers stay. */
  dismiss(): void {
    for (const job of this.#jobs) {
      if (job.isEndless) continue;
      job.isOver = true;
      this.#world.scheduler.kill(job.actor.process);
    }
  }

  /** Sends the workers home as well. */
  sendHome(): void {
    for (const job of this.#jobs) {
      job.isOver = true;
      this.#world.scheduler.kill(job.actor.process);
    }
  }
}
