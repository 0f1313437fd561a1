import type { DeployedApp } from '../../types.ts';

/**
 * The `sandbox` attribute of a Custom UI iframe. Popups are not in it, although the policy of the page would allow them; they
 * come only with `permissions.external.fetch.client: ['*']`, and what `permissions.sandbox` names comes on top
 * [doc: Forge, "Custom UI iframe" and "Permissions", sections Frames and Sandbox policies].
 */
const FORGE = [
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-pointer-lock',
  'allow-same-origin',
  'allow-scripts',
];
const POPUPS = ['allow-popups', 'allow-popups-to-escape-sandbox'];
/** The only word that `permissions.sandbox` may hold so far. */
const ADDABLE = ['allow-storage-access-by-user-activation'];

export function forgeSandbox(
  app: Pick<DeployedApp, 'externalPermissions' | 'sandboxPermissions'>,
): string {
  const popups = app.externalPermissions?.client?.includes('*') === true ? POPUPS : [];
  const added = (app.sandboxPermissions ?? []).filter((word) => ADDABLE.includes(word));
  return [...FORGE, ...popups, ...added].join(' ');
}

/**
 * The `sandbox` attribute of a Connect iframe in Jira and Confluence [doc: "Change notice: Sandboxing of Connect App iframes",
 * developer.atlassian.com/cloud/bitbucket/connect-app-iframe-sandbox, which says that Jira has it]. The host library takes it
 * as an option and sets none by itself [code: atlassian-connect-js 5.3.190].
 */
export const CONNECT_SANDBOX = [
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-popups',
  'allow-same-origin',
  'allow-scripts',
  'allow-top-navigation-by-user-activation',
].join(' ');
