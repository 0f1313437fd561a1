import type { ServerResponse } from 'node:http';
import { userOf } from '../../jira/index.ts';
import { seeOther } from '../http/replies.ts';
import { userCookie } from '../http/visit.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';

/** `POST /_local/user`: from now on the browser looks as somebody else. */
export function switchUser(visit: Visit, form: URLSearchParams, response: ServerResponse): void {
  const user = userOf(visit.site, form.get('accountId') ?? undefined) ?? visit.user;
  const back = form.get('back') ?? '';
  // Only paths of this server: `//elsewhere` would be another one.
  const location = /^\/(?![/\\])/.test(back) ? back : `${visit.base}/`;
  const cookie = `${userCookie(visit.site)}=${encodeURIComponent(user.accountId)}`;
  seeOther(response, location, {
    'set-cookie': `${cookie}; Path=${visit.base || '/'}; HttpOnly; SameSite=Lax`,
  });
}

/** `POST /_local/upgrade`: an administrator upgrades the site in place, and reads how it went. */
export async function upgradeSite(
  world: BrowserWorld,
  visit: Visit,
  response: ServerResponse,
): Promise<void> {
  const admin = `${visit.base}/admin`;
  if (!visit.user.admin) {
    seeOther(response, admin);
    return;
  }
  try {
    await world.upgrade(visit.site);
    seeOther(response, `${admin}?upgraded=1`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    seeOther(response, `${admin}?problem=${encodeURIComponent(message)}`);
  }
}
