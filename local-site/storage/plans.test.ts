import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeClock, seededRandom } from '../support/index.ts';
import { createForgeStore } from './index.ts';

/** Statements that walk through a table on purpose: rare, over what waits or over one row per installation. */
const WALKS_ON_PURPOSE = [
  /from pending p left join version v on v\.id = p\.version where p\.space = \?/,
  /from pending p join version v on v\.id = p\.version\s+left join current c/,
  /from installation where retired_at <= \?/,
  /from version v, json_each/,
];

let folder: string;
let file: string;
const statements = new Set<string>();

/** Keeps the text of every statement that a store prepares. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-store-'));
  file = join(folder, 'plans.db');
  const prepare = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'prepare');
  const original = prepare?.value as (sql: string) => unknown;
  Object.defineProperty(DatabaseSync.prototype, 'prepare', {
    ...prepare,
    value(this: DatabaseSync, sql: string) {
      statements.add(sql);
      return original.call(this, sql);
    },
  });
  createForgeStore({ file, clock: createFakeClock(), random: seededRandom(1) }).close();
  Object.defineProperty(DatabaseSync.prototype, 'prepare', prepare ?? {});
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function planOf(db: DatabaseSync, sql: string): string {
  if (!/^\s*(select|insert|update|delete)/.test(sql)) return '';
  const rows = db.prepare(`explain query plan ${sql}`).all();
  return rows.map((row) => String(row['detail'])).join('\n');
}

describe('the statements of the store', () => {
  it('find what they need by a key: none walks through a table, none sorts', () => {
    const db = new DatabaseSync(file);
    const walking = [...statements].filter((sql) => {
      if (WALKS_ON_PURPOSE.some((pattern) => pattern.test(sql))) return false;
      const plan = planOf(db, sql);
      return /SCAN (?!CONSTANT)|TEMP B-TREE/.test(plan);
    });
    db.close();
    expect(statements.size).toBeGreaterThan(40);
    expect(walking).toEqual([]);
  });

  it('read a page of an index from its first row to its last', () => {
    const db = new DatabaseSync(file);
    const pages = [...statements].filter((sql) => sql.includes('from index_entry x'));
    expect(pages).toHaveLength(2);
    for (const sql of pages) {
      expect(planOf(db, sql)).toMatch(
        /^SEARCH x USING PRIMARY KEY \(space=\? AND name=\? AND part=\? AND \(range_value,key\)>\(\?,\?\) AND \(range_value,key\)<\(\?,\?\)\)/,
      );
    }
    db.close();
  });
});
