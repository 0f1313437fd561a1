import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrateLayer } from 'crossgrade/postgres';
import { migrateApp } from '../remote-server/database/migrate.ts';
import { startFakeAtlassian } from '../remote-server/testing/fake-atlassian.ts';
import {
  contextToken,
  installBody,
  invocationToken,
  lifecycleToken,
} from '../remote-server/testing/tokens.ts';
import { startEmbeddedPostgres } from '../test/support/embedded-postgres.ts';
import { cpuPerRequest, send, startMeasured } from './remote-measure.ts';
import type { Load, Measured } from './remote-measure.ts';

/**
 * Server CPU per authenticated request, our remote against atlassian-connect-express as it ships: same machine, same run, same
 * tenant, same tokens, routes that only answer who calls. Rounds alternate and the median counts, so that what else the
 * machine does meets both. CPU of the server process, not time: it hardly depends on who shares the cores.
 */
const TOKENS = 50;
const WARM_UP = 600;
const REQUESTS = 1_500;
const ROUNDS = 5;
const TARGETS = { context: 0.5, forge: 0.2 } as const;
type Route = keyof typeof TARGETS;

const postgres = await startEmbeddedPostgres();
const fake = await startFakeAtlassian();
const servers: Measured[] = [];
try {
  const tenant = {
    clientKey: randomUUID(),
    sharedSecret: randomUUID() + randomUUID(),
    slug: 'bench',
  };
  const installation = {
    installationId: `ari:cloud:ecosystem::installation/${randomUUID()}`,
    cloudId: randomUUID(),
  };
  fake.cloudIds.set(tenant.slug, installation.cloudId);
  fake.clientKeys.set('system-token', tenant.clientKey);
  const install = {
    ...installBody(fake, tenant, { installationId: installation.installationId }),
    ...{ clientKey: tenant.clientKey, installationId: installation.installationId },
  };

  const [ourDatabase, peerDatabase] = [await database('ours', true), await database('peer', false)];
  const ours = await startMeasured('./remote-ours.ts', input(ourDatabase));
  servers.push(ours);
  const peer = await startMeasured('./remote-peer.ts', input(peerDatabase), {
    REDIRECT_TO: fake.url,
  });
  servers.push(peer);
  await makeKnown(ours.url);

  const contextHeaders = Array.from({ length: TOKENS }, (_, n) => ({
    authorization: `JWT ${contextToken(tenant, { issueId: String(n), projectId: '10000' })}`,
  }));
  const later = Math.floor(Date.now() / 1000) + 3600;
  const forgeHeaders = await Promise.all(
    Array.from({ length: TOKENS }, async (_, n) => ({
      authorization: `Bearer ${await invocationToken(fake, installation, { claims: { jti: String(n), exp: later } })}`,
      'x-forge-oauth-system': 'system-token',
    })),
  );
  const headers = { context: contextHeaders, forge: forgeHeaders };
  const loadOf = (server: Measured, route: Route): Load => ({
    url: `${server.url}/bench/${route}`,
    headers: headers[route],
    tenant: tenant.clientKey,
  });

  const results = [];
  for (const route of ['context', 'forge'] as const) {
    const [mine, theirs] = [loadOf(ours, route), loadOf(peer, route)];
    await send(mine, WARM_UP);
    await send(theirs, WARM_UP);
    const [ourRounds, peerRounds]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      ourRounds.push(await cpuPerRequest(ours, mine, REQUESTS));
      peerRounds.push(await cpuPerRequest(peer, theirs, REQUESTS));
    }
    const [oursMicros, peerMicros] = [median(ourRounds), median(peerRounds)];
    const ratio = oursMicros / peerMicros;
    results.push({
      route,
      oursMicros,
      peerMicros,
      ratio,
      target: TARGETS[route],
      met: ratio <= TARGETS[route],
    });
  }

  console.table(
    Object.fromEntries(
      results.map(({ route, oursMicros, peerMicros, ratio, target, met }) => [
        route === 'context' ? 'Connect context route' : 'Forge route',
        {
          'ours, CPU µs': Math.round(oursMicros),
          'plain ACE, CPU µs': Math.round(peerMicros),
          ratio: Number(ratio.toFixed(3)),
          target: `≤ ${target}`,
          met,
        },
      ]),
    ),
  );
  console.log(
    JSON.stringify({ bench: 'remote', requests: REQUESTS, rounds: ROUNDS, routes: results }),
  );
  if (results.some(({ met }) => !met)) process.exitCode = 1;

  function input(databaseUrl: string) {
    return { databaseUrl, atlassianUrl: fake.url, install };
  }

  /** Installs the app and links the installation, the way Atlassian does it. */
  async function makeKnown(url: string): Promise<void> {
    const installed = await fetch(`${url}/installed`, {
      method: 'POST',
      headers: {
        authorization: `JWT ${await lifecycleToken(fake, tenant.clientKey, '/installed')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(install),
    });
    const tick = await fetch(`${url}/forge/tick`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await invocationToken(fake, installation)}`,
        'x-forge-oauth-system': 'system-token',
      },
    });
    if (installed.status !== 204 || !(await tick.text()).includes('"linked"')) {
      throw new Error('The tenant could not be installed and linked');
    }
  }
} finally {
  for (const server of servers) await server.stop();
  await fake.close();
  await postgres.stop();
}

async function database(name: string, migrated: boolean): Promise<string> {
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  if (migrated) {
    const pool = new pg.Pool({ connectionString: url.href, max: 1 });
    await migrateLayer(pool);
    await migrateApp(pool);
    await pool.end();
  }
  return url.href;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
