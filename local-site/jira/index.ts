export { createJira } from './create-jira.ts';
export type { JiraRoom } from './create-jira.ts';
export type { IssueDeletion } from './issue-deletion.ts';
export { CLIENT_KEY_PROPERTY } from './rest/app-property-routes.ts';
export type { Project } from './site-state.ts';
export { DEMO_USERS, userOf } from './users.ts';
