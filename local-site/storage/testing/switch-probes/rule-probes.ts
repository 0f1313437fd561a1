import type { StoreUnderTest } from '../sdk.ts';
import { outcomeOf } from './probe.ts';
import type { SwitchProbes } from './probe.ts';

const condition = (name: string, value: unknown) => ({
  and: [{ property: 'n', condition: name, values: [value] }],
});

async function setWhere({ call }: StoreUnderTest, conditions: object): Promise<string | number> {
  const set = [{ key: 'missing', value: { n: 1 }, entityName: 'employee', conditions }];
  return outcomeOf(await call('/transaction', { set }));
}

async function checkWhere({ call }: StoreUnderTest, conditions: object): Promise<string | number> {
  const check = [{ key: 'other', entityName: 'employee', conditions }];
  return outcomeOf(await call('/transaction', { check }));
}

const FAILED = 'CONDITIONAL_CHECK_FAILED';

/** What is refused. */
export const RULE_PROBES: SwitchProbes<
  | 'maxDepth'
  | 'secretMaxBytes'
  | 'conditionalSetOnMissingKey'
  | 'notExistsOnMissingKey'
  | 'entityFailIfExists'
  | 'entityNameUnderscore'
  | 'undeclaredAttributes'
  | 'reservedAttributes'
  | 'unknownOperationStatus'
  | 'spuriousConflict'
> = {
  maxDepth: {
    look: async ({ call }) => {
      const value: unknown = JSON.parse('['.repeat(32) + ']'.repeat(32));
      return outcomeOf(await call('/set', { key: 'k', value }));
    },
    sees: ['MAX_DEPTH', 204],
  },
  secretMaxBytes: {
    look: async ({ call }) =>
      outcomeOf(await call('/secret/set', { key: 'k', value: 'x'.repeat(200 * 1024) })),
    sees: ['MAX_SIZE', 204],
  },
  conditionalSetOnMissingKey: {
    look: async (test) => [
      await setWhere(test, condition('EQUAL_TO', 1)),
      await checkWhere(test, condition('EQUAL_TO', 1)),
    ],
    sees: [
      [FAILED, FAILED],
      [204, FAILED],
    ],
  },
  notExistsOnMissingKey: {
    look: async (test) => [
      await setWhere(test, condition('NOT_EXISTS', true)),
      await checkWhere(test, condition('NOT_EXISTS', true)),
    ],
    sees: [
      [FAILED, FAILED],
      [204, 204],
    ],
  },
  entityFailIfExists: {
    look: async ({ call }) => {
      const options = { keyPolicy: 'FAIL_IF_EXISTS' };
      const body = { entityName: 'employee', key: 'e', value: { n: 1 }, options };
      return [
        outcomeOf(await call('/entity/set', body)),
        outcomeOf(await call('/entity/set', body)),
      ];
    },
    sees: [
      [204, 'KEY_CONFLICT'],
      ['INVALID_REQUEST', 'INVALID_REQUEST'],
    ],
  },
  entityNameUnderscore: {
    look: async ({ store, installationId, call }) => {
      const schema = { name: 'mig_head', attributes: { n: 'integer' as const }, indexes: [] };
      try {
        store.declare(installationId, [schema]);
      } catch (error) {
        const entity = await call('/entity/get', { entityName: 'mig_head', key: 'k' });
        return [(error as { code: string }).code, outcomeOf(entity)];
      }
      const value = { n: 1 };
      return outcomeOf(await call('/entity/set', { entityName: 'mig_head', key: 'k', value }));
    },
    sees: [['invalid_schema', 'INVALID_ENTITY_TYPE'], 204],
  },
  undeclaredAttributes: {
    look: async ({ call }) => {
      const value = { n: 1, undeclared: true };
      return outcomeOf(await call('/entity/set', { entityName: 'employee', key: 'e', value }));
    },
    sees: ['INVALID_ENTITY_VALUE', 204],
  },
  reservedAttributes: {
    look: async ({ call }) => {
      const value = { n: 1 };
      return outcomeOf(await call('/entity/set', { entityName: 'employee', key: 'e', value }));
    },
    sees: [204, 'INVALID_ENTITY_ATTRIBUTE'],
  },
  unknownOperationStatus: {
    look: async ({ call }) => (await call('/vector/search', {})).status,
    sees: [501, 403],
  },
  spuriousConflict: {
    limits: { quotas: false },
    look: async ({ call }) => {
      let lost = 0;
      for (let at = 0; at < 3_000; at++) {
        const answer = await call('/transaction', { delete: [{ key: 'k' }] });
        if (outcomeOf(answer) === FAILED) lost += 1;
      }
      if (lost === 3_000) return 'all lost';
      return lost === 0 ? 'none lost' : lost < 30 && 'a few lost';
    },
    sees: ['a few lost', 'none lost', 'all lost'],
  },
};
