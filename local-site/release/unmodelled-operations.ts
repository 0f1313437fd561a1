/**
 * Operations that Forge CLI 13.3.0 names and the door refuses on purpose, by command. What is neither here nor in
 * `RELEASE_OPERATIONS` is new, and a probe of the installed CLI fails.
 */
const BY_COMMAND: Readonly<Record<string, readonly string[]>> = {
  'forge create, register, developer spaces': [
    ...['forge_cli_createApplication', 'GetDevSpaceWithLinkingAccess', 'GetDevSpaceDetails'],
    ...['CreateDeveloperSpace', 'getAppEnforcementMetadata'],
  ],
  'forge environments delete': ['forge_cli_deleteEnvironment'],
  'forge build, deploy list': ['getBuildsByApp', 'getAppDeployments'],
  'forge manifest render': ['forge_cli_appManifestTransformation'],
  'forge version details, and bulk-upgrade with questions': [
    ...['forge_cli_getApplicationVersionDetails', 'forge_cli_getAppUpgradeVersionsList'],
    'forge_cli_getAppUpgradableToList',
  ],
  'forge tunnel': [
    ...['forge_cli_createApplicationTunnels', 'forge_cli_deleteApplicationTunnels'],
    'forge_cli_setupApplicationTunnel',
  ],
  'forge logs': [
    ...['forge_cli_getApplicationLogs', 'forge_cli_getApplicationLogsV2'],
    'forge_cli_getInvocationLogs',
  ],
  'forge webtrigger': [
    ...['forge_cli_createWebTriggerUrl', 'forge_cli_deleteWebTriggerUrl'],
    ...['forge_cli_listWebTriggerUrls', 'forge_cli_listDeployedWebtriggerExtensionKeys'],
  ],
  'forge providers, custom-scopes': [
    ...['forge_cli_setExternalAuthCredentials', 'forge_cli_createAppCustomScopes'],
    'forge_cli_getAppCustomScopes',
  ],
  'forge containers': [
    ...['forge_cli_appContainer', 'forge_cli_appContainers', 'forge_cli_appContainerServices'],
    ...['forge_cli_appContainerRegistryLogin', 'forge_cli_createAppContainer'],
    'forge_cli_deleteAppContainer',
  ],
};

/** The names. */
export const UNMODELLED_RELEASE_OPERATIONS: readonly string[] = Object.values(BY_COMMAND).flat();
