/** Who refuses a manifest on the real platform. Each hides the ones after it. */
export type Judge = 'schema' | 'rules' | 'platform';

/** One thing that is wrong with a manifest. */
export interface BadManifest {
  readonly name: string;
  readonly judge: Judge;
  /** Stands exactly once in manifest.yml, and is replaced. */
  readonly find: string;
  readonly replace: string;
  /** Where the fault is, in lines after the beginning of `replace`; before it, for what a thing lacks. (Default: 0) */
  readonly offset?: number;
}

/**
 * Small faults in the project's own manifest: what the JSON schema of Atlassian's validator refuses, what its rules behind the
 * schema refuse, and what only the platform refuses at a deploy (facts: forge-runtime, section 4; connect-on-forge, 2.4;
 * forge-storage, section 5).
 */
export const BAD_MANIFESTS: readonly BadManifest[] = [
  {
    name: 'an interval that no schedule has',
    judge: 'schema',
    find: 'interval: hour',
    replace: 'interval: minute',
  },
  {
    name: 'a runtime that does not exist',
    judge: 'schema',
    find: 'name: nodejs24.x',
    replace: 'name: nodejs23.x',
  },
  {
    name: 'more memory than a function can have',
    judge: 'platform',
    find: 'memoryMB: 512',
    replace: 'memoryMB: 64000',
  },
  {
    name: 'an attribute with a leading underscore',
    judge: 'schema',
    find: '          epoch:\n',
    replace: '          _epoch:\n',
  },
  {
    name: 'a purpose of a remote that does not exist',
    judge: 'schema',
    find: '      - compute\n',
    replace: '      - computing\n',
  },
  {
    name: 'a function that may run for ever',
    judge: 'schema',
    find: 'timeoutSeconds: 300',
    replace: 'timeoutSeconds: 3000',
  },
  {
    name: 'an authentication that Connect does not have',
    judge: 'schema',
    find: '    remote: connect\n  # Must',
    replace: '    remote: connect\n    authentication: none\n  # Must',
    offset: 1,
  },
  {
    name: 'an intent without an answer',
    judge: 'schema',
    find: "      willMigrateToForgeBeforeEOS: 'YES'\n",
    replace: "      willMigrateToForgeBeforeEOS: 'MAYBE'\n",
  },
  {
    name: 'a part that no manifest has',
    judge: 'schema',
    find: '\nresources:\n',
    replace: '\nextras: []\nresources:\n',
    offset: 1,
  },
  {
    name: 'a handler without a file',
    judge: 'rules',
    find: 'handler: index.sweep',
    replace: 'handler: lost.sweep',
  },
  {
    name: 'one key on both faces',
    judge: 'rules',
    find: 'key: before-uninstall',
    replace: 'key: tally-admin',
  },
  {
    name: 'embedded modules without their remote',
    judge: 'rules',
    find: '    remote: connect\n  # Must',
    replace: '    remote: elsewhere\n  # Must',
  },
  {
    name: 'a Connect module that cannot be embedded',
    judge: 'rules',
    find: '  jira:adminPages:\n',
    replace: '  jira:jiraVersionTabPanels:\n',
  },
  {
    name: 'two sets of life-cycle callbacks',
    judge: 'rules',
    find: '      disabled: /disabled\n',
    replace: '      disabled: /disabled\n    - key: again\n      installed: /again\n',
    offset: 1,
  },
  {
    name: 'a function that is not declared',
    judge: 'rules',
    find: '      function: migration-consumer\n',
    replace: '      function: lost-consumer\n',
  },
  {
    name: 'an endpoint that is not declared',
    judge: 'rules',
    find: '      endpoint: tick\n',
    replace: '      endpoint: tock\n',
  },
  {
    name: 'a page whose resource is not declared',
    judge: 'rules',
    find: '      resource: upgrade\n',
    replace: '      resource: downgrade\n',
  },
  {
    name: 'egress to a remote that is not declared',
    judge: 'rules',
    find: '        - remote: connect\n',
    replace: '        - remote: lost\n',
  },
  {
    name: 'a token without any other scope',
    judge: 'rules',
    find: '    - storage:app\n',
    replace: '',
  },
  {
    name: 'storage at a remote that does not say whose data it is',
    judge: 'rules',
    find: '    storage:\n      inScopeEUD: true\n',
    replace: '',
    offset: -9,
  },
  {
    name: 'an index with two ranges',
    judge: 'platform',
    find: '              - issue\n            range:\n              - rank\n',
    replace:
      '              - issue\n            range:\n              - rank\n              - mvn\n',
    offset: 2,
  },
  {
    name: 'an index name of two characters',
    judge: 'platform',
    find: 'name: by-issue',
    replace: 'name: is',
  },
  {
    name: 'an index name with a space',
    judge: 'platform',
    find: 'name: by-issue',
    replace: 'name: by issue',
  },
  {
    name: 'a runtime that can no longer be deployed',
    judge: 'platform',
    find: 'name: nodejs24.x',
    replace: 'name: nodejs20.x',
  },
];
