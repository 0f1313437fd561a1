import { createForgeStore, type LocalForgeStore } from 'crossgrade-local-site/storage';
import { seededRandom } from '../../local-site/support/index.ts';
import type { EntitySchema } from '../../local-site/types.ts';
import type { MakeStore } from '../../storage-migration/simulation/index.ts';

const INSTALLATION = 'ari:cloud:ecosystem::installation/simulation';
const HEAD: EntitySchema = {
  name: 'mig-head',
  attributes: {
    ...{ epoch: 'integer', auth: 'string', seq: 'integer', f0: 'integer', cnt: 'integer' },
    ...{ dg: 'string', sk: 'string', bf: 'string', inc: 'integer', mapv: 'integer' },
  },
  indexes: [],
};
const CARD: EntitySchema = {
  name: 'card',
  attributes: { m: 'string', p: 'string', x: 'any', mve: 'integer', mvn: 'integer' },
  indexes: [],
};

let last: LocalForgeStore | undefined;

/** The local site's store, in this process, for schedules of the simulation. Its time is the simulation's. One at a time. */
export function localStore(seed: number): NonNullable<MakeStore> {
  return ({ now }) => {
    last?.close();
    const store = createForgeStore({
      file: ':memory:',
      clock: { now, after: () => () => undefined },
      random: seededRandom(seed),
    });
    last = store;
    store.open(INSTALLATION);
    store.declare(INSTALLATION, [HEAD, CARD]);
    return (operation, body) => store.handle(INSTALLATION, operation, body);
  };
}
