import { notModelled, refused } from './jql-error.ts';

const DAY = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?: (\d{1,2}):(\d{2}))?$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;
const RELATIVE = /^[+-]?\d+[wdhm]?$/i;

/** A date of JQL as epoch milliseconds. Days begin at midnight UTC, the zone of the demo's users. */
export function dateOf(value: string, field: string): number {
  const day = DAY.exec(value);
  if (day !== null) {
    const [, year, month, date, hour = '0', minute = '0'] = day;
    return Date.UTC(
      ...([Number(year), Number(month) - 1, Number(date)] as const),
      ...([Number(hour), Number(minute)] as const),
    );
  }
  if (ISO.test(value)) return Date.parse(value);
  if (RELATIVE.test(value)) throw notModelled('relative dates');
  throw refused(
    `Date value '${value}' for field '${field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', ` +
      `'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
  );
}

/** The dates that an entity property of type `date` may hold [Forge docs, jira:entityProperty]; undefined for others. */
export function indexedDate(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) && !ISO.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
