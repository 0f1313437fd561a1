import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Site } from '../types.ts';
import { callResolver, startTestPlatform } from './test-platform.ts';
import type { TestPlatform } from './test-platform.ts';

/** What an app sees of a platform that does not do what it asks, through the SDK where that is installed. */
describe('what the local site does not model', () => {
  let world: TestPlatform;
  let site: Site;

  beforeAll(async () => {
    world = await startTestPlatform();
    site = world.site('one');
    await world.platform.install(site);
  });
  afterAll(() => world.close());

  /** Calls it in a function, and gives what the function saw and what was written down. */
  const call = async (name: string): Promise<{ saw: unknown; recorded: readonly string[] }> => {
    const before = new Set(world.register.list().map(({ what }) => what));
    const saw = await callResolver(world, site, 'beyond', { call: name });
    const after = world.register.list().map(({ room, what }) => [room, what] as const);
    return {
      saw,
      recorded: after.filter(([, what]) => !before.has(what)).map((parts) => parts.join(': ')),
    };
  };
  const PROXY_ERROR = {
    name: 'PROXY_ERR',
    message: 'Forge platform failed to process runtime HTTP request - 501 - NOT_MODELLED',
  };

  it.each([
    ['graphql', 'GraphQL /graphql Tenant'],
    ['confluence', 'product confluence GET /wiki/api/v2/pages'],
    ['containers', "containers, invokeService 'worker' POST /run"],
    ['withContext', 'withContext GET /rest/api/3/myself'],
    ['appEvents', 'app events, appEvents.publish'],
  ])('throws in @forge/api: %s', async (name, what) => {
    const { saw, recorded } = await call(name);
    expect(saw).toMatchObject(PROXY_ERROR);
    expect(recorded).toEqual([`Forge runtime: ${what}`]);
  });

  it.each([
    ['sql', 'Forge SQL POST /api/v1/execute'],
    ['objectStore', 'object store POST api/v1/metadata'],
    ['realtime', 'realtime POST /'],
    ['emails', 'emails, sendEmail'],
    ['llm', 'LLM POST /v1/messages'],
  ])('answers 501 to packages that are not installed here: %s', async (name, what) => {
    const { saw, recorded } = await call(name);
    expect(saw).toEqual({ status: 501 });
    expect(recorded).toEqual([`Forge runtime: ${what}`]);
  });

  it('models storage: nothing is written down for it', async () => {
    const { saw, recorded } = await call('storage');
    expect(saw).toEqual({});
    expect(recorded).toEqual([]);
  });

  it('keeps who asked first, without the token of the invocation', () => {
    const examples = world.register.examples?.() ?? [];
    const example = examples.find(({ what }) => what.startsWith('GraphQL'));
    expect(example?.headers['content-type']).toBe('application/json');
    expect(JSON.stringify(examples)).not.toMatch(/Bearer/);
  });
});
