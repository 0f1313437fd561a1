import type { Html } from '../pages/html.ts';

/** A page and its status. */
export interface Found {
  readonly status: number;
  readonly page: Html;
}
