import { byHand, doctor, none, type AssumptionEntry } from './assumption.ts';
import { forge } from './sources.ts';

const NO_SQL = none('The app uses no Forge SQL, and the local site answers 501 for it.');
const NOT_USED = 'No record of ours lives in Forge SQL.';

/** Forge SQL and the Object Store: not used, but known, so that a vendor can judge them. */
export const SQL = {
  'sql-timeout-commits': {
    statement: 'A statement that timed out can still commit.',
    evidence: 'doc',
    source: forge('storage-reference/sql-handling-errors'),
    section: 'forge-storage §8 errors, §15 sqlTimeoutStillCommits',
    ifWrong: 'Nothing breaks; a repeated insert is not needed.',
    switch: NO_SQL,
    probe: none('It cannot be provoked reliably from outside.'),
    designSafe: NOT_USED,
  },
  'sql-timeout-seconds': {
    statement: 'A statement times out after 2 seconds; the limits page says 5, 10 and 20.',
    evidence: 'doc',
    source: `${forge('storage-reference/sql-handling-errors')} against ${forge('limits-sql')}`,
    section: 'forge-storage §8 doc conflict, §15 sqlTimeoutSeconds, §17',
    ifWrong: 'Nothing breaks; longer statements would pass.',
    switch: NO_SQL,
    probe: doctor('Runs a select that takes three seconds, and one of six, and prints the codes.'),
    designSafe: NOT_USED,
  },
  'sql-insert-cost': {
    statement: 'A full request of 1 MiB of inserts costs about half a second of execution time.',
    evidence: 'open',
    source: forge('limits-sql'),
    section: 'forge-storage §14 (0.1 s, 0.5 s, 2 s), §15 sqlInsertCost, §19',
    ifWrong: 'An estimate of the time to copy into Forge SQL is off by a factor of up to five.',
    switch: NO_SQL,
    probe: doctor('Inserts 1 MiB ten times and adds up dbExecutionTime of the answers.'),
    designSafe: NOT_USED,
  },
  'sql-audited-functions': {
    statement: 'SHA2 and the other audited functions may be refused.',
    evidence: 'doc',
    source: forge('storage-reference/sql-query-policy'),
    section: 'forge-storage §8 query policy, §15 sqlAuditedFunctions',
    ifWrong: 'Nothing breaks; checksums could be computed in the database.',
    switch: NO_SQL,
    probe: doctor('Selects SHA2 of a text and prints the answer.'),
    designSafe: NOT_USED,
  },
  'sql-md5-crc32': {
    statement: 'MD5 and CRC32 are allowed, because they are on neither list.',
    evidence: 'open',
    source: forge('storage-reference/sql-query-policy'),
    section: 'forge-storage §8 query policy, §15 sqlMd5Crc32',
    ifWrong: 'Checksums in the database are refused.',
    switch: NO_SQL,
    probe: doctor('Selects MD5 and CRC32 of a text and prints the answers.'),
    designSafe: NOT_USED,
  },
  'sql-schema-delay': {
    statement: 'For up to an hour after an install the tables may not exist.',
    evidence: 'doc',
    source: forge('storage-reference/sql'),
    section: 'forge-storage §8 schema, §15 sqlSchemaDelay',
    ifWrong: 'Nothing breaks; tables would be there sooner.',
    switch: NO_SQL,
    probe: byHand(
      'Install on a development site and query a table every minute until it is there.',
    ),
    designSafe: NOT_USED,
  },
  'sql-no-way-in': {
    statement: 'A remote cannot write into Forge SQL or the Object Store; a function has to pull.',
    evidence: 'doc',
    source: forge('storage-reference/sql-migration-guide'),
    section: 'forge-storage §7, §8, connect-on-forge §9.5',
    ifWrong: 'Nothing breaks; another way in would exist.',
    switch: NO_SQL,
    probe: none('A path that is not documented cannot be looked for.'),
    designSafe: NOT_USED,
  },
  'sql-singleton-queue': {
    statement: 'The migration runner of Forge SQL keeps its queue across warm invocations.',
    evidence: 'infer',
    source: '@forge/sql 4.0.8',
    section: 'forge-storage §10.3',
    ifWrong: 'Nothing breaks; migrations run once per invocation as written.',
    switch: NO_SQL,
    probe: byHand('Log the length of the queue in two warm invocations of a development app.'),
    designSafe: NOT_USED,
  },
  'object-store-upload': {
    statement:
      'A function can hand a remote an upload address of the Object Store, outside all other limits.',
    evidence: 'infer',
    source: forge('storage-reference/object-store'),
    section: 'forge-storage §9, forge-runtime §21',
    ifWrong: 'Nothing breaks; a bulk path that is not used would not exist.',
    switch: none('The app has no Object Store, and the local site answers 501 for it.'),
    probe: byHand(
      'Ask for an upload address in a development app and put a file from another machine.',
    ),
    designSafe: 'Nothing of ours lives in the Object Store.',
  },
  'products-never-run': {
    statement:
      'Forge SQL, Realtime and the Object Store behave in a function as their packages read; none was run here.',
    evidence: 'code',
    source: '@forge/sql 4.0.8, @forge/realtime 1.0.1, @forge/object-store 3.0.0',
    section: 'forge-runtime §21',
    ifWrong: 'Nothing of ours breaks; a vendor who uses them is told 501 by the local site.',
    switch: none('A call to them is refused by name.'),
    probe: byHand('Call each of them once in a development app.'),
    designSafe: 'Nothing of ours calls them.',
  },
} satisfies Record<string, AssumptionEntry>;
