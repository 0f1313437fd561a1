import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { JiraError } from '../jira-error.ts';
import { IssueRecord } from './issue-record.ts';
import type { IssueRow } from './issue-record.ts';
import { SiteDocument } from './site-document.ts';

const VERSION = 1;

const DDL = `
  create table site (cloud_id text primary key, document text not null) without rowid;
  create table issue (
    cloud_id text not null,
    id integer not null,
    row text not null,
    primary key (cloud_id, id)
  ) without rowid;
  pragma user_version = ${String(VERSION)};
`;

/** What has changed on a site since the last time. */
export interface SiteChanges {
  readonly document: SiteDocument;
  readonly issues: readonly IssueRow[];
  /** Ids of issues that are gone. */
  readonly gone: readonly string[];
}

/** Where Jira's data outlives the process. */
export interface JiraStore {
  /** What is kept of a site, read when the site is first used; undefined for a new one. */
  load(
    cloudId: string,
  ): { readonly document: SiteDocument; readonly issues: Iterable<IssueRecord> } | undefined;
  /** Does nothing after `close`: what still goes on then has no file any more. */
  save(cloudId: string, changes: SiteChanges): void;
  close(): void;
}

const Row = z.object({ row: z.string() });

/**
 * Opens or makes the file. Write-ahead log without syncing: what was answered survives the death of the process, not of the
 * machine.
 *
 * @throws JiraError `STORE_VERSION` for a file of another version.
 */
export function openJiraStore(file: string): JiraStore {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = off;');
  const { user_version: version } = z
    .object({ user_version: z.number() })
    .parse(db.prepare('pragma user_version').get());
  if (version === 0) db.exec(DDL);
  else if (version !== VERSION) {
    db.close();
    const message = `${file} is of version ${String(version)}, this local site writes ${String(VERSION)}: delete the file.`;
    throw new JiraError('STORE_VERSION', message);
  }
  const readSite = db.prepare('select document as row from site where cloud_id = ?');
  const readIssues = db.prepare('select row from issue where cloud_id = ? order by id');
  const writeSite = db.prepare(
    'insert into site values (?, ?) on conflict do update set document = excluded.document',
  );
  const writeIssue = db.prepare(
    'insert into issue values (?, ?, ?) on conflict do update set row = excluded.row',
  );
  const deleteIssue = db.prepare('delete from issue where cloud_id = ? and id = ?');

  let open = true;

  function* issuesOf(cloudId: string): Generator<IssueRecord> {
    // The file is written by this module alone, so that what it holds is trusted row by row.
    for (const found of readIssues.iterate(cloudId)) {
      yield IssueRecord.fromRow(JSON.parse(String(found['row'])) as IssueRow);
    }
  }

  return {
    load(cloudId) {
      const found = readSite.get(cloudId);
      if (found === undefined) return undefined;
      const document = SiteDocument.parse(JSON.parse(Row.parse(found).row));
      return { document, issues: issuesOf(cloudId) };
    },
    save(cloudId, { document, issues, gone }) {
      if (!open) return;
      db.exec('begin');
      try {
        writeSite.run(cloudId, JSON.stringify(document));
        for (const issue of issues) writeIssue.run(cloudId, issue.id, JSON.stringify(issue));
        for (const id of gone) deleteIssue.run(cloudId, id);
        db.exec('commit');
      } catch (error) {
        db.exec('rollback');
        throw error;
      }
    },
    close: () => {
      if (open) db.close();
      open = false;
    },
  };
}
