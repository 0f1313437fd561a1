/**
 * How Tally's records lie in Forge, as the manifest declares it: said once, for the server that copies them there and for
 * the functions that read and write them. Raise `RECORD_MAPPING` whenever a stored value changes its form: a process with
 * another mapping than the stored one refuses to touch it.
 */
export const RECORD_GROUP = 'checklists';
export const RECORD_MAPPING = 1;

/** A custom entity per list: issue and rank can be queried, the document is one value. */
export const LIST_TARGET = {
  kind: 'entity',
  entity: 'tally-list',
  attributes: { issue: 'string', rank: 'string', doc: 'any' },
} as const;
export const LISTS_OF_ISSUE = 'by-issue';

/** A custom entity per template, queried by project in the order of their creation. */
export const TEMPLATE_TARGET = {
  kind: 'entity',
  entity: 'tally-template',
  attributes: { project: 'string', rank: 'string', doc: 'any' },
} as const;
export const TEMPLATES_OF_PROJECT = 'by-project';

/** A plain key-value item per scope of settings. */
export const SETTINGS_TARGET = { kind: 'kvs' } as const;
