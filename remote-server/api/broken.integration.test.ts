import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutover } from 'crossgrade/handover';
import type { List } from '../../checklist/index.ts';
import { testDatabase } from '../../test/support/database.ts';
import { createForgeStorage, removeOnePart, type ForgeStorage } from '../testing/forge-storage.ts';
import { startTestRemote, type TestRemote } from '../testing/test-remote.ts';

let remote: TestRemote;
let forge: ForgeStorage;
beforeAll(async () => {
  remote = await startTestRemote(await testDatabase(), { patienceMs: 700 });
  forge = createForgeStorage(remote.fake);
  remote.fake.answer = forge.answer;
});
afterAll(async () => {
  await remote.close();
  forge.close();
});

describe('a record of which a part is missing', () => {
  it('is answered with a code and a next step, changed by nobody, and named in the log', async () => {
    const tenant = await remote.installed();
    const api = remote.on(tenant, { issueId: '10100', projectId: '10000' }, { sub: 'uma' });
    const items = Array.from({ length: 90 }, () => ({ text: '漢'.repeat(1_000) }));
    const lists = '/api/issues/10100/lists';
    const large = (await api.post(lists, { name: 'Large', items })).body as List;
    const copied = await forge.verified(remote.pool, tenant.clientKey);
    await cutover(copied.context, { who: 'test', expectEpoch: 1 });
    expect(await api.get(lists)).toMatchObject({ status: 200 });

    await removeOnePart(forge.store, copied.installationId);
    const answers = [
      await api.get(lists),
      await api.patch(`/api/lists/${large.id}`, { name: 'Renamed' }),
      await api.post(`/api/lists/${large.id}/items`, { text: 'one more' }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers).not.toHaveProperty('retry-after');
      expect(answer.body).toEqual({
        error: {
          code: 'record_broken',
          message: 'A part of this data is missing at Atlassian.',
          next: 'Nothing was changed. The operator of the app has been told, and can repair it.',
        },
      });
    }
    const lines = remote.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = lines.filter(({ code }) => code === 'record_broken');
    expect(told).toHaveLength(answers.length);
    for (const line of told) {
      expect(line).toMatchObject({
        ...{ event: 'request_failed', layerCode: 'record.broken', tenant: tenant.clientKey },
        record: `list:${large.id}`,
      });
    }
  });
});
