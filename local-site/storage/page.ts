import { StorageError } from './errors.ts';
import type { StorageErrorCode } from './errors.ts';
import { QUERY_DEFAULT_LIMIT, QUERY_MAX_LIMIT } from './limits.ts';
import { CursorBox } from './cursor.ts';
import type { Position } from './cursor.ts';
import type { Call, Engine, Reply } from './engine.ts';
import type { Item } from './items.ts';
import { itemBytes, itemText } from './metadata.ts';
import { unitsOf } from './units.ts';
import type { MetadataField } from './wire.ts';
import type { Found } from './found.ts';

export interface PageRequest {
  /** What a cursor is bound to, beside the limit. */
  readonly parameters: unknown;
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly metadataFields: readonly MetadataField[] | undefined;
  /** Names the index and its partition, which has a throughput limit of its own. */
  readonly indexValue?: string;
  /** Up to `limit` items after a position, or from the start. */
  readonly fetch: (after: Position | undefined, limit: number) => Found[];
  /** Filters in memory, after the page has been cut. */
  readonly keep?: (item: Item) => boolean;
}

/** Throws the code of the kind of query unless the limit lies between 1 and 100. */
export function pageLimit(limit: number | undefined, code: StorageErrorCode): number {
  if (limit === undefined) return QUERY_DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > QUERY_MAX_LIMIT)
    throw new StorageError(code);
  return limit;
}

/**
 * One page of a query. "Cursor present" never promises more items and an empty page never promises the end: only an
 * absent cursor does. See the switches `emptyPageMidScan` and `emptyLastPageWithCursor`.
 */
export function answerPage(engine: Engine, call: Call, request: PageRequest): Reply {
  const { id, epoch } = call.tenant;
  const query = CursorBox.digest(`${id} ${epoch}`, [request.parameters, request.limit]);
  const after =
    request.cursor === undefined ? undefined : engine.cursors.read(request.cursor, query, call.now);
  const { kept, next } =
    after === null ? { kept: [], next: undefined } : cutPage(engine, request, after);
  const texts = kept.map((item) => itemText(item, undefined, request.metadataFields));
  const cursor =
    next === undefined ? '' : `,"cursor":"${engine.cursors.issue(query, next, call.now)}"`;
  const text = `{"data":[${texts.join(',')}]${cursor}}`;
  const items = kept.reduce((bytes, item) => bytes + itemBytes(item), 0);
  const weight = { body: Buffer.byteLength(text), items };
  if (request.indexValue !== undefined) {
    call.tenant.quota.throughput('index', request.indexValue, items, call.now);
  }
  call.tenant.quota.read(
    engine.switches.queryUnits === 'page' ? 1 : unitsOf(weight, engine.switches),
    call.now,
  );
  call.tenant.quota.bill.read(kept);
  return { status: 200, text };
}

interface Page {
  readonly kept: Item[];
  /** Where the next page begins; `null`: a cursor with nothing behind it; `undefined`: no cursor. */
  readonly next: Position | null | undefined;
}

function cutPage(engine: Engine, request: PageRequest, start: Position | undefined): Page {
  const kept: Item[] = [];
  let after = start;
  for (;;) {
    // One more than is shown tells whether anything lies behind.
    const wanted = request.keep ? request.limit : request.limit - kept.length;
    const batch = request.fetch(after, wanted + 1);
    const shown = batch.slice(0, wanted);
    for (const found of shown) {
      if (kept.length === request.limit) return { kept, next: after };
      after = found.position;
      if (!request.keep || request.keep(found.item)) kept.push(found.item);
    }
    if (batch.length <= wanted) return { kept, next: endOfData(engine, kept.length, after, start) };
    if (!request.keep || engine.switches.emptyPageMidScan) return { kept, next: after };
  }
}

/**
 * At the end of the data: a page with items carries a cursor; the empty page behind it carries one more every other
 * time, and that one leads to the end for certain.
 */
function endOfData(
  engine: Engine,
  count: number,
  after: Position | undefined,
  start: Position | undefined,
): Position | null | undefined {
  if (!engine.switches.emptyLastPageWithCursor || after === undefined) return undefined;
  if (count > 0 || after !== start) return after;
  return engine.random() < 0.5 ? null : undefined;
}
