import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VirtualClock } from '../support/index.ts';
import { startTestControl } from './test-control.ts';
import type { TestControl } from './test-control.ts';

const PRELOAD = new URL('../support/follow-clock.mjs', import.meta.url).href;
const HOUR = 3_600_000;

/** A server's process: tells its time once for every line that it is sent. Ends by itself when its input ends. */
class TimeTeller {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(env: Record<string, string>) {
    const script = `
      const now = () => console.log(JSON.stringify([Date.now(), new Date().getTime()]));
      now();
      process.stdin.on('data', now);`;
    this.child = spawn(process.execPath, ['--import', PRELOAD, '-e', script], {
      env: { ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface(this.child.stdout!)[Symbol.asyncIterator]();
  }

  async first(): Promise<number> {
    const { value } = (await this.#lines.next()) as { value: string };
    const [now, made] = JSON.parse(value) as [number, number];
    expect(made - now).toBeLessThan(1_000);
    return now;
  }

  ask(): Promise<number> {
    this.child.stdin!.write('\n');
    return this.first();
  }
}

describe('a server that follows the clock of the site', () => {
  let world: TestControl;
  let clock: VirtualClock;

  beforeAll(async () => {
    world = await startTestControl({ switches: { platform: { firstScheduleMs: 100 * HOUR } } });
    clock = world.local.clock as VirtualClock;
    await clock.advanceAsync(HOUR);
  });
  afterAll(() => world.close());

  it('lives in its time from the first line on, and is there before an advance is over', async () => {
    const server = new TimeTeller({ LOCAL_SITE_CLOCK: world.local.urls.site });
    expect(Math.abs((await server.first()) - clock.now())).toBeLessThan(30_000);
    for (const hours of [1, 24]) {
      await clock.advanceAsync(hours * HOUR);
      const ahead = (await server.ask()) - Date.now();
      expect(Math.abs(ahead - clock.offset)).toBeLessThan(30_000);
    }
    expect((await world.state()).clock.followers).toBe(1);
    clock.pause();
    const stood = clock.now();
    // A pause does not wait for anybody; an advance of nothing does.
    await clock.advanceAsync(0);
    expect(await server.ask()).toBe(stood);
    clock.resume();
    await clock.advanceAsync(0);
    expect(await server.ask()).toBeGreaterThanOrEqual(stood);

    // Following does not keep a process alive that has nothing else to do.
    server.child.stdin!.end();
    const [code] = (await once(server.child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('runs as it is without the address, and does not start when nobody answers there', async () => {
    const alone = new TimeTeller({});
    expect(Math.abs((await alone.first()) - Date.now())).toBeLessThan(30_000);
    alone.child.stdin!.end();
    const preload = fileURLToPath(PRELOAD);
    const lost = spawn(process.execPath, ['--import', preload, '-e', ''], {
      env: { LOCAL_SITE_CLOCK: 'http://localhost:9' },
      stdio: 'ignore',
    });
    const [code] = (await once(lost, 'exit')) as [number];
    expect(code).not.toBe(0);
  });
});
