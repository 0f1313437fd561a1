import type { Generation } from '../../types.ts';
import type { PageData } from '../page-data.ts';
import type { Html } from './html.ts';

/** The entries of the header. */
export type Section = 'projects' | 'issues' | 'dashboards' | 'apps' | 'admin' | 'control';

/** What differs from page to page. */
export interface Page {
  readonly title: string;
  /** Which entry of the header is current. */
  readonly section: Section;
  readonly side?: Html | undefined;
  readonly main: Html;
  /** Present when the page shows frames of the app. */
  readonly data?: PageData | undefined;
  /** True when the page itself says what `?problem=` is about. */
  readonly saysProblem?: boolean;
}

/** What is installed, in the words that all pages use. */
export const GENERATIONS: Readonly<Record<Generation, { label: string; title: string }>> = {
  none: { label: 'No app', title: 'No app is installed on this site' },
  connect: { label: 'Connect', title: 'This site runs the Connect app' },
  hybrid: {
    label: 'Connect on Forge',
    title: 'This site runs the Forge app with its Connect modules',
  },
};
