import { asUser, NeedsAuthenticationError, route } from '@forge/api';
import { z } from 'zod';
import { FunctionError } from '../errors.ts';

const myPermissions = z.object({
  permissions: z.object({ ADMINISTER: z.object({ havePermission: z.boolean() }) }),
});

/**
 * Returns when the user of this invocation may administer Jira, and throws otherwise. Jira is asked each time, because
 * neither the invocation token nor the page's context says who is an admin.
 *
 * Jira hides admin pages from others, but a resolver can be invoked by anyone who sees any page of the app.
 *
 * @throws FunctionError `forbidden`, `admin_check_failed`
 * @throws NeedsAuthenticationError untouched: the platform answers it by asking the user for consent
 */
export async function requireJiraAdmin(): Promise<void> {
  if (!(await isJiraAdmin())) {
    throw new FunctionError(
      'forbidden',
      'Only Jira administrators can see the upgrade.',
      'Ask one of them.',
    );
  }
}

async function isJiraAdmin(): Promise<boolean> {
  try {
    const answer = await asUser().requestJira(
      route`/rest/api/3/mypermissions?permissions=ADMINISTER`,
      { headers: { accept: 'application/json' } },
    );
    if (!answer.ok) throw new Error(`Jira answered ${answer.status}`);
    const body: unknown = await answer.json();
    return myPermissions.parse(body).permissions.ADMINISTER.havePermission;
  } catch (cause) {
    if (cause instanceof NeedsAuthenticationError) throw cause;
    throw new FunctionError(
      'admin_check_failed',
      'Jira did not say whether you are an administrator.',
      'Reload the page in a minute.',
      cause,
    );
  }
}
