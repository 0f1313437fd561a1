import { randomUUID } from 'node:crypto';
import { ReleaseError } from './release-error.ts';

/** An install, upgrade or uninstall that the command line waits for. */
export interface InstallationTask {
  state: 'PENDING' | 'COMPLETE' | 'FAILED';
  error?: ReleaseError;
}

/** Work that goes on after its mutation has answered. */
export class InstallationTasks {
  readonly #all = new Map<string, InstallationTask>();

  /** Starts the work and returns the id to ask for. A failure is kept with the `code` it came with. */
  start(work: () => Promise<unknown>): string {
    const id = randomUUID();
    const task: InstallationTask = { state: 'PENDING' };
    this.#all.set(id, task);
    void (async () => {
      try {
        await work();
        task.state = 'COMPLETE';
      } catch (error) {
        task.error = asReleaseError(error);
        task.state = 'FAILED';
      }
    })();
    return id;
  }

  find(id: string): InstallationTask | undefined {
    return this.#all.get(id);
  }
}

function asReleaseError(error: unknown): ReleaseError {
  if (error instanceof ReleaseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Error && 'code' in error ? String(error.code) : 'INSTALLATION_FAILED';
  return new ReleaseError(code, message, 400, { cause: error });
}
