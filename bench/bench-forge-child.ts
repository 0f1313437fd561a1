/**
 * Forge's storage at an address of its own, in a process of its own: the local site's store with its quotas. `BENCH_LATENCY`
 * (`min-max`, milliseconds) is how long a call takes; without it, no longer than the store needs.
 */
import { randomUUID } from 'node:crypto';
import { createForgeStore } from 'crossgrade-local-site/storage';
import { seededRandom, systemClock } from '../local-site/support/index.ts';
import { bearerToken, readText, sendAnswer, startServer } from '../local-site/server.ts';
import { ENTITIES } from '../test/migration/support/entities.ts';
import { TOKEN } from './bench-tenant.ts';
import { serveMeasures } from './local-site-serve.ts';

const MOST_BYTES = 8_000_000;

const [min = 0, max = 0] = (process.env['BENCH_LATENCY'] ?? '0-0').split('-').map(Number);
const installationId = `ari:cloud:ecosystem::installation/${randomUUID()}`;
const store = createForgeStore({
  ...{ file: ':memory:', clock: systemClock, random: seededRandom(5) },
  switches: { latencyMs: { min, max } },
});
store.open(installationId);
store.declare(installationId, ENTITIES);
/** Requests by operation; single reads of heads apart. */
const counts: Record<string, number> = {};
const server = await startServer(async (request, response) => {
  const body = await readText(request, MOST_BYTES);
  if (bearerToken(request.headers.authorization) !== TOKEN) {
    sendAnswer(response, { status: 401, body: { code: 'UNAUTHORIZED', message: '' } });
    return;
  }
  const operation = (request.url ?? '').replace('/v1', '');
  const what = operation === '/entity/get' && body.includes('"mig-head"') ? 'head' : operation;
  counts[what] = (counts[what] ?? 0) + 1;
  sendAnswer(response, await store.handle(installationId, operation, body));
}, 0);

serveMeasures(
  { storageUrl: server.url, installationId },
  {
    usage: () => Promise.resolve({ ...store.usage(installationId), counts: { ...counts } }),
    async stop() {
      await server.close();
      store.close();
    },
  },
);
