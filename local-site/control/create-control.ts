import type { IncomingMessage, ServerResponse } from 'node:http';
import { z, ZodError } from 'zod';
import { seeOther, sendPage, sendText } from '../browser/http/replies.ts';
import { visitOf } from '../browser/http/visit.ts';
import type { BrowserWorld } from '../browser/options.ts';
import { createView } from '../browser/view.ts';
import { sendAnswer } from '../server.ts';
import { isVirtual } from '../support/index.ts';
import type { ClockReading } from '../support/index.ts';
import { assetOf } from './assets.ts';
import { ClockFollowers } from './clock-followers.ts';
import type { ControlParts, ControlWorld } from './control-parts.ts';
import { changeClock, clockState } from './doors/clock.ts';
import { changeFaults } from './doors/faults.ts';
import { storedItems } from './doors/storage.ts';
import { changeSwitch } from './doors/switches.ts';
import { actOnTenant } from './doors/tenants.ts';
import { expireToken } from './doors/tokens.ts';
import { mayControl } from './guard.ts';
import { controlPage } from './page/control-page.ts';
import { readBody } from './read-body.ts';
import { controlState, quotaStates, tenantStates } from './state.ts';

export type Control = (
  browser: BrowserWorld,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

type Door = (world: ControlWorld, body: unknown) => Promise<string> | string;

/** What can be changed, by the last part of the address. A door answers with a sentence for the person. */
const DOORS: Readonly<Record<string, Door>> = {
  clock: changeClock,
  faults: changeFaults,
  switches: changeSwitch,
  tenants: actOnTenant,
  tokens: expireToken,
};

const ROOT = '/_local/control';
const Follow = z.object({ id: z.string().min(1).max(100), seen: z.coerce.number().int() });

/**
 * The control page and its JSON, below `/_local/control` of the site's origin: `GET state | clock | tenants | quotas |
 * storage?site=<slug>`, `POST clock | faults | switches | tenants | tokens`. Answers only this machine, and pages of the site's
 * own origin.
 */
export function createControl(parts: ControlParts): Control {
  const { clock } = parts;
  const read = (): ClockReading =>
    isVirtual(clock) ? clock.reading() : { now: clock.now(), machineNow: Date.now(), speed: 1 };
  const followers = new ClockFollowers(read);
  if (isVirtual(clock)) clock.onChange(() => followers.changed());
  const world: ControlWorld = {
    ...parts,
    snapshots: new Map(),
    followers: () => followers.count,
  };

  return async (browser, request, response) => {
    if (!mayControl(request, browser.siteUrl)) {
      sendAnswer(response, {
        status: 403,
        body: { code: 'FORBIDDEN', message: 'The control page answers this machine only.' },
      });
      return;
    }
    const url = new URL(request.url ?? '/', browser.siteUrl);
    const name = url.pathname.slice(ROOT.length + 1);
    if (request.method === 'POST') {
      await change(world, name, request, response);
    } else if (request.method !== 'GET') {
      sendAnswer(response, { status: 405 });
    } else if (name === 'clock/follow') {
      await follow(followers, url, response);
    } else if (name === 'storage') {
      await storedItems(world, url, response);
    } else if (name === '') {
      await page(world, browser, request, response);
    } else {
      show(world, name, response);
    }
  };
}

function show(world: ControlWorld, name: string, response: ServerResponse): void {
  const asset = assetOf(name);
  if (asset !== undefined) sendText(response, asset.type, asset.text);
  else if (name === 'state') sendAnswer(response, { status: 200, body: controlState(world) });
  else if (name === 'tenants') sendAnswer(response, { status: 200, body: tenantStates(world) });
  else if (name === 'quotas') sendAnswer(response, { status: 200, body: quotaStates(world) });
  else if (name === 'clock') sendAnswer(response, { status: 200, body: clockState(world) });
  else if (name === 'faults/log') sendAnswer(response, { status: 200, body: world.faults.log() });
  else sendAnswer(response, { status: 404 });
}

async function page(
  world: ControlWorld,
  browser: BrowserWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const visit = visitOf(browser, request);
  if (visit === undefined) {
    sendAnswer(response, { status: 404, body: { message: 'There is no site to show.' } });
    return;
  }
  // A page of the app must not be able to lay this one under its own buttons.
  response.setHeader('x-frame-options', 'DENY');
  sendPage(response, 200, controlPage(world, await createView(browser, visit, {})));
}

/** A long question: the answer waits for the next change of the clock. */
async function follow(
  followers: ClockFollowers,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  const asked = Follow.safeParse(Object.fromEntries(url.searchParams));
  if (!asked.success) {
    sendAnswer(response, { status: 400 });
    return;
  }
  const { id, seen } = asked.data;
  response.on('close', () => {
    if (!response.writableFinished) followers.leave(id);
  });
  sendAnswer(response, { status: 200, body: await followers.follow(id, seen) });
}

/** A script gets JSON, a form without script goes back to the page. */
async function change(
  world: ControlWorld,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isForm =
    request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true &&
    request.headers.accept?.includes('application/json') !== true;
  const door = DOORS[name];
  if (door === undefined) {
    sendAnswer(response, { status: 404 });
    return;
  }
  try {
    const message = await door(world, await readBody(request));
    if (isForm) seeOther(response, ROOT);
    else sendAnswer(response, { status: 200, body: { message } });
  } catch (error) {
    const { code, message } = refusalOf(error);
    if (isForm) seeOther(response, `${ROOT}?problem=${encodeURIComponent(message)}`);
    else sendAnswer(response, { status: 400, body: { code, message } });
  }
}

/** The errors of the rooms have codes and sentences; anything else is a bug and becomes 500. */
function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof ZodError) return { code: 'invalid', message: z.prettifyError(error) };
  if (error instanceof SyntaxError) return { code: 'invalid', message: error.message };
  if (error instanceof Error && 'code' in error) {
    return { code: String(error.code), message: error.message };
  }
  throw error;
}
