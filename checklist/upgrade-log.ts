import type { UpgradeStatus } from './upgrade-status.ts';
import { upgradeWords } from './upgrade-words.ts';

/**
 * The log a customer downloads from the Upgrade tab: CSV, one line per fact and per record left aside. `at` is the time of the
 * download, ISO 8601.
 */
export function upgradeLog(status: UpgradeStatus, at: string): string {
  const rows: string[][] = [
    ['what', 'value', 'reason'],
    ['State', upgradeWords(status).sentence, ''],
    ['Written', at, ''],
    ['Started', status.startedAt ?? '', ''],
    ['Last checked', status.lastCheckedAt ?? '', ''],
    ['Records', String(status.recordsTotal), ''],
    ['Copied', String(status.recordsCopied), ''],
    ['Differences', status.differences === null ? '' : String(status.differences), ''],
    ['Left aside', String(status.setAside.length), ''],
    ...status.setAside.map(({ what, key, reason }) => [what, key, reason]),
  ];
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** A CSV cell. A leading `=`, `+`, `-` or `@` is made harmless: spreadsheets run such cells as formulas. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
