import { byHand, doctor, none, type AssumptionEntry } from './assumption.ts';
import { forge, MEASURED } from './sources.ts';

/** Reads, queries and cursors of the stores. */
export const READS = {
  'query-lag': {
    statement: 'A query may miss a change for a few seconds, and never for minutes.',
    evidence: 'open',
    source: forge('storage-reference/kvs'),
    section: 'forge-storage §3 consistency, §15 queryLag, §19',
    ifWrong: 'Verification reports differences that are gone a moment later.',
    switch: 'storage.queryLagMs',
    probe: doctor(
      'Writes 100 keys under a prefix of its own, queries until all are seen, and prints the longest wait.',
    ),
    designSafe: 'Every difference found by a query is confirmed by a strict read before it counts.',
  },
  'get-is-strict': {
    statement: 'A single get always sees the last acknowledged write.',
    evidence: 'doc',
    source: forge('storage-reference/kvs'),
    section: 'forge-storage §3 consistency',
    ifWrong: 'A reader can miss a hand-over of authority and write to the wrong side.',
    switch: none('It is documented in so many words; the store offers no weaker get.'),
    probe: doctor('Writes and gets one key 1,000 times in turn and counts stale answers.'),
  },
  'batch-get-consistency': {
    statement: 'A batchGet may return, item by item, a value older than the last write.',
    evidence: 'open',
    source: forge('storage-reference/kvs-batch'),
    section: 'forge-storage §3 consistency, §15 batchGetConsistency, §19',
    ifWrong: 'Reads cost more calls than they would have to.',
    switch: 'storage.batchGetConsistency',
    probe: doctor('Writes and reads 25 keys by batchGet 200 times in turn and counts stale items.'),
    designSafe: 'What differs in a batch is read again by single gets before it counts.',
  },
  'by-key-range': {
    statement: 'The index by-key takes no range condition, so a scan cannot resume from a key.',
    evidence: 'open',
    source: forge('storage-reference/entities-api-query'),
    section: 'forge-storage §3 query, §15 byKeyRangeQuery, §19',
    ifWrong: 'Scans read more than they would have to.',
    switch: 'storage.byKeyRangeQuery',
    probe: doctor(
      'Queries by-key with greaterThan over three keys of its own and prints the answer.',
    ),
    designSafe: 'No scan uses a key range.',
  },
  'cursor-life': {
    statement: 'A cursor can be refused minutes after it was given, so it is never stored.',
    evidence: 'field',
    source: forge('storage-reference/kvs-api-query'),
    section: 'forge-storage §3 cursors, §15 cursorInvalidation, §17',
    ifWrong: 'Nothing breaks; scans restart more often than they have to.',
    switch: 'storage.cursorLifeMs',
    probe: doctor('Takes a cursor, waits 20 minutes, uses it, and prints the answer.'),
    designSafe:
      'A cursor lives for one scan and is never stored; a scan that ends early starts again.',
  },
  'cursor-at-the-end': {
    statement: 'The end of the data can carry a cursor that leads to empty pages.',
    evidence: 'field',
    source: 'https://developer.status.atlassian.com/incidents/9q71ytpjhbtl',
    section: 'forge-storage §3 cursors, §15 emptyLastPageWithCursor, §17',
    ifWrong: 'Nothing breaks; one query fewer is needed at the end of a scan.',
    switch: 'storage.emptyLastPageWithCursor',
    probe: doctor(
      'Scans ten keys of its own in pages of five and prints which pages had a cursor.',
    ),
    designSafe:
      'A scan follows the cursor until it is absent or repeats; an empty page never ends it.',
  },
  'empty-page-mid-scan': {
    statement: 'A filtered entity query can give an empty page with results behind it.',
    evidence: 'doc',
    source: forge('storage-reference/entities-api-query'),
    section: 'forge-storage §3 query, §15 emptyPageMidScan',
    ifWrong: 'Nothing breaks; fewer pages are read.',
    switch: 'storage.emptyPageMidScan',
    probe: doctor(
      'Filters 300 entities of its own for the last one and prints the size of every page.',
    ),
    designSafe: 'An empty page never ends a scan.',
  },
  'query-page-size': {
    statement:
      'A query gives up to 100 items a page; a comment on the same page that says 20 is stale.',
    evidence: 'doc',
    source: forge('storage-reference/kvs-api-query'),
    section: 'forge-storage §3 query, §17 mismatches',
    ifWrong: 'Queries of the layer are refused with LIST_QUERY_LIMIT_EXCEEDED.',
    switch: none('The larger number is stated on two pages and used by others.'),
    probe: doctor('Queries with limit 100 over 100 keys of its own and counts the items.'),
  },
  'key-order': {
    statement: 'A query returns keys in the order of their bytes.',
    evidence: 'doc',
    source: forge('storage-reference/kvs-api-query'),
    section: 'forge-storage §3 query',
    ifWrong: 'Nothing breaks; pages come in another order.',
    switch: none('It is documented without a second reading.'),
    probe: doctor('Writes keys with capitals, digits and dashes and prints the order of a query.'),
    designSafe: 'The layer sorts what it compares.',
  },
  'missing-key-code': {
    statement:
      'A missing key answers KEY_NOT_FOUND; the NOT_FOUND of the error tables does not occur.',
    evidence: 'field',
    source: MEASURED,
    section: 'forge-storage §6 traps, §17 mismatches',
    ifWrong: 'The SDK throws where it should give undefined, and reads of missing records fail.',
    switch: none('The SDK knows one of the two codes only; with the other one no app works.'),
    probe: doctor(
      'Gets a key that does not exist, over REST and in a function, and prints the code.',
    ),
  },
  'missing-key-status': {
    statement: 'A missing key answers with status 404.',
    evidence: 'infer',
    source: forge('remote/accessing-storage'),
    section: 'forge-storage §7, §15 keyNotFoundStatus, §19 status of a missing key over REST',
    ifWrong: 'Nothing breaks; a log shows another status.',
    switch: 'storage.keyNotFoundStatus',
    probe: doctor('Gets a key that does not exist over REST and prints status, code and body.'),
    designSafe: 'The code decides, never the status.',
  },
  'openapi-of-storage': {
    statement: 'The REST paths and bodies of the stores are those of the SDK with another prefix.',
    evidence: 'doc',
    source: forge('remote/accessing-storage'),
    section: 'forge-storage §7, §19 the OpenAPI document',
    ifWrong: 'Calls of the remote are refused although the same calls work in a function.',
    switch: none('The OpenAPI document was not seen; there is no second reading to turn to.'),
    probe: byHand(
      'Download the OpenAPI file linked on the REST pages and compare it with the wire types.',
    ),
  },
  'rest-open-to-forge-apps': {
    statement:
      'The storage REST API serves Forge remotes, although its pages still say that Forge apps cannot use it.',
    evidence: 'doc',
    source: forge('remote/accessing-storage'),
    section: 'forge-storage §7 doc conflict',
    ifWrong: 'The remote can write nothing into Forge, and copying by push is impossible.',
    switch: none(
      'With the other reading the product has no way in; the guide for remotes is explicit.',
    ),
    probe: doctor(
      'Gets one key over REST with the system token of the site and prints the status.',
    ),
  },
  'unknown-storage-path': {
    statement: 'A path that is no operation of the stores is refused with 403 by the REST gateway.',
    evidence: 'doc',
    source: forge('remote/accessing-storage'),
    section: 'forge-storage §6 REST gateway',
    ifWrong: 'Nothing breaks; no such path is called.',
    switch: 'storage.unknownOperationStatus',
    probe: doctor('Posts to a path that does not exist and prints the status.'),
    designSafe:
      'The local site answers 501 instead, so that such a call cannot be taken for an answer.',
  },
} satisfies Record<string, AssumptionEntry>;
