import { parentPort, workerData } from 'node:worker_threads';
import { crashEverywhere, MINI_PLANS } from '../../storage-migration/simulation/index.ts';

/** Which transition, and which first points of it. */
export interface CrashShare {
  readonly name: string;
  readonly pairs: boolean;
  readonly share: number;
  readonly of: number;
}

const { name, ...options } = workerData as CrashShare;
const mini = MINI_PLANS.find((one) => one.name === name);
if (mini === undefined) throw new Error(`there is no transition "${name}"`);
parentPort?.postMessage(await crashEverywhere(mini.plan, options));
