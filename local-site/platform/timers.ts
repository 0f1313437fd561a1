import type { Clock } from '../types.ts';
import type { Installation } from './installations.ts';

/**
 * Runs `task` after `ms` unless the installation is closed before. A task that rejects is reported to `onError`: nobody
 * waits for it.
 */
export function later(
  clock: Clock,
  installation: Installation,
  ms: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): void {
  if (!installation.open) return;
  const cancel = clock.after(ms, () => {
    installation.cancels.delete(cancel);
    if (installation.open) task().catch(onError);
  });
  installation.cancels.add(cancel);
}
