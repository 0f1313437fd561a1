import type { ServerResponse } from 'node:http';
import { userOf } from '../../jira/index.ts';
import { seeOther } from '../http/replies.ts';
import { THEME_COOKIE, userCookie } from '../http/visit.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { dashboardForm } from './dashboard-form.ts';
import { issueForm } from './issue-form.ts';
import type { Done } from './form-done.ts';

type Form = (
  world: BrowserWorld,
  visit: Visit,
  form: URLSearchParams,
  back: string,
) => Promise<Done> | Done | undefined;

const FORMS: Readonly<Record<string, Form>> = {
  '/_local/user': switchUser,
  '/_local/theme': (_world, _visit, _form, back) => ({ location: back }),
  '/_local/upgrade': upgradeSite,
  '/_local/approve': approve,
  '/_local/issue': issueForm,
  '/_local/dashboard': dashboardForm,
};

/** `POST /_local/…` from a plain form of the page. Answers false when there is no such form. */
export async function formDoor(
  world: BrowserWorld,
  visit: Visit,
  text: string,
  response: ServerResponse,
): Promise<boolean> {
  const act = Object.hasOwn(FORMS, visit.path) ? FORMS[visit.path] : undefined;
  if (act === undefined) return false;
  const form = new URLSearchParams(text);
  const back = localPath(form.get('back')) ?? `${visit.base}/`;
  const { location, problem } = (await tried(() => act(world, visit, form, back))) ?? {
    location: back,
  };
  seeOther(response, withProblem(location, problem), cookieHeader(visit, form));
  return true;

  async function tried(run: () => ReturnType<Form>): Promise<Done | undefined> {
    try {
      return await run();
    } catch (error) {
      return { location: back, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Only paths of this server: `//elsewhere` would be another one. */
function localPath(path: string | null): string | undefined {
  return path !== null && /^\/(?![/\\])/.test(path) ? path : undefined;
}

function withProblem(location: string, problem: string | undefined): string {
  if (problem === undefined) return location;
  const url = new URL(location, 'http://site.invalid');
  url.searchParams.set('problem', problem);
  return url.pathname + url.search;
}

function cookieHeader(visit: Visit, form: URLSearchParams): Record<string, string> {
  if (visit.path === '/_local/theme') {
    const theme = form.get('theme') === 'dark' ? 'dark' : 'light';
    return { 'set-cookie': `${THEME_COOKIE}=${theme}; Path=/; SameSite=Lax; Max-Age=31536000` };
  }
  if (visit.path !== '/_local/user') return {};
  const user = userOf(visit.site, form.get('accountId') ?? undefined) ?? visit.user;
  const cookie = `${userCookie(visit.site)}=${encodeURIComponent(user.accountId)}`;
  return { 'set-cookie': `${cookie}; Path=${visit.base || '/'}; HttpOnly; SameSite=Lax` };
}

/** From now on the browser looks as somebody else. */
function switchUser(
  _world: BrowserWorld,
  _visit: Visit,
  _form: URLSearchParams,
  back: string,
): Done {
  return { location: back };
}

/** An administrator upgrades the site in place, and reads how it went. */
async function upgradeSite(world: BrowserWorld, visit: Visit): Promise<Done> {
  const location = `${visit.base}/admin`;
  if (!visit.user.admin) return { location };
  try {
    await world.upgrade(visit.site);
    return { location: `${location}?upgraded=1` };
  } catch (error) {
    return { location, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** An administrator approves the major version that waits. */
async function approve(world: BrowserWorld, visit: Visit): Promise<Done> {
  const location = `${visit.base}/admin`;
  if (!visit.user.admin || world.platform.approve === undefined) return { location };
  try {
    await world.platform.approve(visit.site);
    return { location: `${location}?upgraded=1` };
  } catch (error) {
    return { location, problem: error instanceof Error ? error.message : String(error) };
  }
}
