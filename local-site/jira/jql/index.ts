export type { JqlWorld } from './fields.ts';
export { JqlError } from './jql-error.ts';
export { issueMatches, searchIssues } from './search.ts';
