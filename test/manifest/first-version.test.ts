import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ourManifest } from './validate-copies.ts';

const attributes = z.record(z.string(), z.object({ type: z.string() }));
const manifest = z
  .looseObject({
    app: z.looseObject({
      id: z.string(),
      storage: z.object({
        entities: z.array(
          z.object({ name: z.string(), attributes, indexes: z.array(z.json()).optional() }),
        ),
      }),
    }),
    modules: z.record(z.string(), z.array(z.looseObject({ key: z.string() }))),
    remotes: z.array(z.looseObject({ key: z.string(), operations: z.array(z.string()) })),
    permissions: z.looseObject({ scopes: z.array(z.string()) }),
  })
  .parse(parse(ourManifest()));

/** Whatever is missing here from the first hybrid version costs a major version later, and splits the customers. */
describe('the first hybrid version', () => {
  it('has the storage scope and the token scope', () => {
    expect(manifest.permissions.scopes).toEqual(
      expect.arrayContaining(['storage:app', 'read:app-system-token', 'read:jira-work']),
    );
  });

  it('asks for nothing that Connect READ and WRITE do not cover, so that no admin has to approve', () => {
    expect(manifest.permissions.scopes).not.toContain('write:jira-work');
  });

  it('has the three entities, which can never be taken back', () => {
    expect(
      manifest.app.storage.entities.map(({ name, attributes, indexes }) => ({
        name,
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([attribute, { type }]) => [attribute, type]),
        ),
        indexes,
      })),
    ).toEqual([
      {
        name: 'mig-head',
        attributes: {
          epoch: 'integer',
          auth: 'string',
          seq: 'integer',
          f0: 'integer',
          cnt: 'integer',
          dg: 'string',
          sk: 'string',
          bf: 'string',
          inc: 'integer',
          mapv: 'integer',
        },
        indexes: undefined,
      },
      {
        name: 'tally-list',
        attributes: { mve: 'integer', mvn: 'integer', issue: 'string', rank: 'string', doc: 'any' },
        indexes: [{ name: 'by-issue', partition: ['issue'], range: ['rank'] }],
      },
      {
        name: 'tally-template',
        attributes: {
          mve: 'integer',
          mvn: 'integer',
          project: 'string',
          rank: 'string',
          doc: 'any',
        },
        indexes: [{ name: 'by-project', partition: ['project'], range: ['rank'] }],
      },
    ]);
  });

  it('has one remote that computes, stores and fetches', () => {
    expect(manifest.remotes.map(({ key, operations }) => ({ key, operations }))).toEqual([
      { key: 'connect', operations: ['compute', 'storage', 'fetch'] },
    ]);
  });

  it('has queue, schedules, uninstall hook, lifecycle events and the intent for the banner', () => {
    expect(Object.keys(manifest.modules)).toEqual(
      expect.arrayContaining([
        'consumer',
        'scheduledTrigger',
        'preUninstall',
        'trigger',
        'connectToForgeMigration',
      ]),
    );
    expect(manifest.modules['consumer']).toEqual([expect.objectContaining({ crossVersion: true })]);
    expect(manifest.modules['scheduledTrigger']).toEqual([
      expect.objectContaining({ interval: 'hour', endpoint: 'tick' }),
      expect.objectContaining({ interval: 'fiveMinute', function: 'sweep' }),
    ]);
  });

  it('sends the system token with every event and schedule, whose endpoints decide it', () => {
    expect(manifest.modules['endpoint']).toHaveLength(3);
    for (const endpoint of manifest.modules['endpoint'] ?? []) {
      expect(endpoint).toMatchObject({
        remote: 'connect',
        auth: { appSystemToken: { enabled: true } },
      });
    }
  });

  it('names the queue that the functions push to', () => {
    const [consumer] = manifest.modules['consumer'] ?? [];
    expect(readFileSync('forge-src/consumers/nudge.ts', 'utf8')).toContain(
      `MIGRATION_QUEUE = '${String(consumer?.['queue'])}'`,
    );
  });
});
