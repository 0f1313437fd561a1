import { describe, expect, it } from '@jest/globals';
import { Atomic, Query, openSqlite } from './sqlite.ts';

describe('one transaction of the file', () => {
  it('is undone as a whole when something is thrown in it, and the next one works', () => {
    const db = openSqlite(':memory:');
    const atomic = new Atomic(db);
    const insert = new Query(db, 'insert into installation (ari) values (?)');
    const count = new Query<{ n: number }>(db, 'select count(*) as n from installation');
    expect(() =>
      atomic.run(() => {
        insert.run('a');
        throw new Error('broken off');
      }),
    ).toThrow('broken off');
    expect(count.get()).toEqual({ n: 0 });
    expect(atomic.run(() => (insert.run('b'), 'done'))).toBe('done');
    expect(count.get()).toEqual({ n: 1 });
    db.close();
  });
});
