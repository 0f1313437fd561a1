import type { EntitySchema } from '../../../local-site/types.ts';

/** The entities of manifest.yml, as the store wants them declared. test/manifest checks that the two agree. */
export const ENTITIES: readonly EntitySchema[] = [
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
    indexes: [],
  },
  {
    name: 'tally-list',
    attributes: { mve: 'integer', mvn: 'integer', issue: 'string', rank: 'string', doc: 'any' },
    indexes: [{ name: 'by-issue', partition: ['issue'], range: ['rank'] }],
  },
  {
    name: 'tally-template',
    attributes: { mve: 'integer', mvn: 'integer', project: 'string', rank: 'string', doc: 'any' },
    indexes: [{ name: 'by-project', partition: ['project'], range: ['rank'] }],
  },
];
