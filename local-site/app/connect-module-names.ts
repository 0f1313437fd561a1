/**
 * The names that `connectModules` accepts, without `jira:` (connect-on-forge facts, section 2.2: the 61 of
 * `@forge/manifest` 13.7.0). Anything else, for instance `jiraVersionTabPanels`, cannot be deployed.
 */
export const CONNECT_MODULE_NAMES: ReadonlySet<string> = new Set(
  `adminPages assetPanels automationActions cloudAppMigration configurePage dialogs generalPages jiraBackgroundScripts
   jiraBuildInfoProvider jiraDashboardItems jiraDeploymentGating jiraDeploymentInfoProvider jiraDevOpsComponentProvider
   jiraDevelopmentTool jiraEntityProperties jiraFeatureFlagInfoProvider jiraGlobalPermissions jiraIssueContents
   jiraIssueContexts jiraIssueFields jiraIssueGlances jiraIssueTabPanels jiraIssueTypes jiraJqlFunctions
   jiraOperationsInfoProvider jiraProjectAdminTabPanels jiraProjectPages jiraProjectPermissions jiraProjectTabPanels
   jiraRemoteLinkInfoProvider jiraReports jiraSearchRequestViews jiraSecurityInfoProvider jiraTimeTrackingProviders
   jiraWorkflowConditions jiraWorkflowPostFunctions jiraWorkflowValidators keyboardShortcuts lifecycle postInstallPage
   serviceDeskOrganizationActions serviceDeskOrganizationPanels serviceDeskPortalFooters serviceDeskPortalHeaders
   serviceDeskPortalProfileActions serviceDeskPortalProfilePanels serviceDeskPortalRequestCreatePropertyPanels
   serviceDeskPortalRequestViewActions serviceDeskPortalRequestViewDetailsPanels serviceDeskPortalRequestViewPanels
   serviceDeskPortalSubHeaders serviceDeskPortalUserMenuActions serviceDeskQueueGroups serviceDeskQueues
   serviceDeskReportGroups serviceDeskReports translations webItems webPanels webSections webhooks`.split(
    /\s+/,
  ),
);
