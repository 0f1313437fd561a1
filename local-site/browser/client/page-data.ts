import type { PageData } from '../page-data.ts';

/** What the server wrote into the page. */
export function readPageData(): PageData {
  const element = document.getElementById('page-data');
  return JSON.parse(element?.textContent ?? '{}') as PageData;
}
