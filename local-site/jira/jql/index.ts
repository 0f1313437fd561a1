export type { JqlWorld } from './jql-world.ts';
export { JqlError } from './jql-error.ts';
export { issueMatches, searchIssues } from './search.ts';
