/** Which package of Atlassian's speaks an operation. */
export type BridgeSource = '@forge/bridge' | '@forge/jira-bridge' | '@forge/react';

/** One name that a frame can hand to `callBridge`. */
export interface BridgeOperation {
  readonly name: string;
  readonly source: BridgeSource;
  /** True: the local site does it. False: the call is rejected and recorded as not modelled. */
  readonly modelled: boolean;
  /** Under what circumstances a modelled operation is refused, or why a refused one is not modelled. */
  readonly note?: string;
}

const bridge = (name: string, note?: string): BridgeOperation =>
  operation('@forge/bridge', name, true, note);
const refused = (name: string, note: string): BridgeOperation =>
  operation('@forge/bridge', name, false, note);

/**
 * Every operation of `@forge/bridge` 7.2.0, `@forge/jira-bridge` 0.40.1 and of UI Kit's renderer [code: `callBridge` calls of
 * the packages]. A name that is not here is refused and recorded as well; a probe can tell by this list that a new version
 * of a package speaks of something new.
 */
export const BRIDGE_OPERATIONS: readonly BridgeOperation[] = [
  bridge('getContext'),
  bridge('invoke', 'resolvers and endpoints of remotes; containers are refused'),
  bridge('fetchProduct', 'jira only'),
  bridge('fetchRemote', 'uploads are refused'),
  bridge('on'),
  bridge('onPublic'),
  bridge('emit'),
  bridge('emitPublic'),
  bridge('createHistory', 'full pages only'),
  bridge('navigate'),
  bridge('getUrl'),
  bridge('reload'),
  bridge('changeWindowTitle', 'full pages only'),
  bridge('enableTheming'),
  bridge('showFlag'),
  bridge('closeFlag'),
  bridge('openModal'),
  bridge('close', 'modals and edit views; elsewhere the view is not closable'),
  bridge('onClose', 'modals; elsewhere the view is not closable'),
  bridge('submit', 'the edit view of a gadget; elsewhere the view is not submittable'),
  bridge('refresh', 'issue modules and gadgets; elsewhere the view is not refreshable'),
  bridge('open', 'no view of Jira is openable'),
  bridge('emitReadyEvent'),
  bridge('getFrameId'),
  refused('getFrameDispatch', 'belongs to global:ui'),
  refused('publishRealtimeChannel', 'realtime'),
  refused('subscribeRealtimeChannel', 'realtime'),
  refused('requestTeamworkGraph', 'Teamwork Graph'),
  refused('emitFrontendCustomMetric', 'metrics'),
  refused('initFeatureFlags', 'feature flags'),
  refused('trackObjectStoreAction', 'object store'),
  refused('fetchUserRecommendations', 'people search'),
  refused('getCookieConsentPreferences', 'consent'),
  refused('openRovo', 'Rovo'),
  refused('isRovoEnabled', 'Rovo'),
  ...[
    '__permission__egressGet',
    '__permission__egressSet',
    '__permission__egressDeleteDomain',
    '__permission__egressDeleteGroup',
    '__permission__remoteGet',
    '__permission__remoteSet',
  ].map((name) => refused(name, 'customer-managed egress')),
  operation('@forge/jira-bridge', 'refreshIssueView', true, 'issue modules only'),
  operation('@forge/jira-bridge', 'openIssueViewModal', true),
  operation(
    '@forge/jira-bridge',
    'setWorkflowRuleConfigurationCallback',
    true,
    'create and edit views of workflow rules',
  ),
  operation('@forge/jira-bridge', 'openIssueCreateModal', false, 'the dialog that makes issues'),
  operation('@forge/jira-bridge', 'getCustomFieldInternalAPI', false, 'custom fields'),
  operation('@forge/jira-bridge', 'getUiModificationsInternalAPI', false, 'UI modifications'),
  operation('@forge/react', 'reconcile', false, 'UI Kit'),
  operation('@forge/react', 'onError', false, 'UI Kit'),
];

function operation(
  source: BridgeSource,
  name: string,
  modelled: boolean,
  note?: string,
): BridgeOperation {
  return { name, source, modelled, ...(note === undefined ? {} : { note }) };
}
