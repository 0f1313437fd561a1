import type { RouteScopes } from '../scopes.ts';

/*
 * Scopes by kind of call, as Jira's OpenAPI document names them; the test of the document holds each route against it. The classic
 * scope comes first, then the granular ones that do as well.
 */

/** Words parted by spaces; `name` stands for `name:jira` where it has no product of its own. */
function granular(names: string): readonly string[] {
  return names.split(' ').map((name) => `${name}:jira`);
}

const READ_PROJECT =
  'read:issue-type read:project read:project.property read:user read:application-role read:avatar read:group ' +
  'read:issue-type-hierarchy read:project-category read:project-version read:project.component';

function read(...names: readonly string[]): RouteScopes {
  return { forge: [['read:jira-work'], ...names.map(granular)], connect: 'READ' };
}

function write(...names: readonly string[]): RouteScopes {
  return { forge: [['write:jira-work'], ...names.map(granular)], connect: 'WRITE' };
}

function remove(...names: readonly string[]): RouteScopes {
  return { forge: [['write:jira-work'], ...names.map(granular)], connect: 'DELETE' };
}

export const SCOPES = {
  /** Nothing in particular. */
  none: { forge: [[]], connect: 'READ' },
  /** The app's own data, any `…:connect-jira` scope. */
  connectAppData: { forge: 'any-connect', connect: 'NONE' },
  forgeAppData: { forge: [['write:app-data:jira']], connect: 'INACCESSIBLE' },
  myself: {
    forge: [['read:jira-user'], granular('read:application-role read:group read:user read:avatar')],
    connect: 'READ',
  },
  expression: {
    forge: [['read:jira-work', 'read:jira-user'], granular('read:jira-expressions')],
    connect: 'READ',
  },
  permissions: read('read:permission'),
  checkPermissions: { forge: [[], granular('read:permission')], connect: 'READ' },
  readIssue: read(
    'read:issue-meta read:issue-security-level read:issue.vote read:issue.changelog read:avatar read:issue read:status ' +
      'read:user read:field-configuration',
  ),
  createIssue: write(
    'write:issue write:comment write:comment.property write:attachment read:issue',
  ),
  editIssue: write('write:issue'),
  deleteIssue: remove('delete:issue'),
  readTransitions: read('read:issue.transition read:status read:field-configuration'),
  transition: write('write:issue write:issue.property'),
  readIssueProperty: read('read:issue.property'),
  writeIssueProperty: write('write:issue.property'),
  deleteIssueProperty: remove('delete:issue.property'),
  searchByQuery: read(
    'read:issue-details read:audit-log read:avatar read:field-configuration read:issue-meta',
  ),
  searchByBody: read(
    'read:issue-details read:field.default-value read:field.option read:field read:group',
  ),
  readProject: read(READ_PROJECT),
  createProject: {
    forge: [['manage:jira-configuration'], granular('write:project read:project')],
    connect: 'PROJECT_ADMIN',
  },
  deleteProject: {
    forge: [['manage:jira-configuration'], granular('delete:project')],
    connect: 'PROJECT_ADMIN',
  },
  readProjectProperty: read('read:project.property'),
  writeProjectProperty: {
    forge: [['manage:jira-project'], granular('write:project.property')],
    connect: 'WRITE',
  },
  deleteProjectProperty: {
    forge: [['manage:jira-project'], granular('delete:project.property')],
    connect: 'DELETE',
  },
  readDashboard: read(
    'read:dashboard read:group read:project read:project-role read:user read:application-role read:avatar ' +
      'read:issue-type-hierarchy read:issue-type read:project-category read:project-version read:project.component',
  ),
  readItemProperty: read('read:dashboard.property'),
  writeItemProperty: write('write:dashboard.property'),
  deleteItemProperty: remove('delete:dashboard.property'),
} as const satisfies Readonly<Record<string, RouteScopes>>;
