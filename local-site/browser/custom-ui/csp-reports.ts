import { z } from 'zod';

/** One kind of violation, as browsers reported it. */
export interface CspReport {
  /** Address of the page that broke its policy, without query. */
  readonly document: string;
  /** `img-src`, `script-src-elem` … */
  readonly directive: string;
  /** What was blocked: an address, or `inline`, `eval`. */
  readonly blocked: string;
  /** First characters of a blocked inline script or style, when the browser tells. */
  readonly sample: string;
  readonly count: number;
}

/** The body that browsers send to a `report-uri`. */
const Body = z.object({
  'csp-report': z.object({
    'document-uri': z.string().default(''),
    'effective-directive': z.string().optional(),
    'violated-directive': z.string().default(''),
    'blocked-uri': z.string().default(''),
    'script-sample': z.string().default(''),
  }),
});

const KEPT = 500;

/** Collects violations; equal ones are counted. Keeps the first 500 kinds and drops the rest. */
export class CspReports {
  readonly #seen = new Map<string, CspReport>();

  /** Takes a report's body. Anything that is not a report is dropped: the address can be called by anybody. */
  add(text: string): void {
    const body = Body.safeParse(parsed(text));
    if (!body.success) return;
    const report = body.data['csp-report'];
    const seen = {
      document: report['document-uri'].split(/[?#]/)[0] ?? '',
      directive: report['effective-directive'] ?? report['violated-directive'],
      blocked: report['blocked-uri'],
      sample: report['script-sample'],
    };
    const key = JSON.stringify(seen);
    const known = this.#seen.get(key);
    if (known === undefined && this.#seen.size >= KEPT) return;
    this.#seen.set(key, { ...seen, count: (known?.count ?? 0) + 1 });
  }

  /** In the order of first sight. */
  list(): readonly CspReport[] {
    return [...this.#seen.values()];
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
