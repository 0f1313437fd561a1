/** A worker as `xg worker` runs it, in a process of its own, for the tenant of a benchmark. */
import { pino } from 'pino';
import { runWorker } from '../operator/worker/run-worker.ts';
import { benchConfig, readBenchInput } from './bench-tenant.ts';
import { serveMeasures } from './local-site-serve.ts';

const log = pino({ level: process.env['BENCH_LOG'] ?? 'fatal' }, pino.destination(2));
const worker = await runWorker(benchConfig(readBenchInput()), log);
serveMeasures({}, { stop: () => worker.stop() });
