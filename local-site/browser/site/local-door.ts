import type { IncomingMessage, ServerResponse } from 'node:http';
import { z, ZodError } from 'zod';
import { readText, sendAnswer } from '../../server.ts';
import type { Answer } from '../../types.ts';
import { isSameOrigin } from '../http/same-origin.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { bridgeAnswer } from './bridge-door.ts';
import { contextTokenAnswer, moduleUrlAnswer } from './connect-door.ts';
import { switchUser, upgradeSite } from './form-door.ts';

const BODY_LIMIT = 6_000_000;
const Unmodelled = z.object({ room: z.string().max(50), what: z.string().max(500) });

/** What the pages' own scripts and forms ask of the server, under `/_local/`. Only from the site's own pages. */
export async function localDoor(
  world: BrowserWorld,
  visit: Visit,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (visit.method !== 'POST') {
    sendAnswer(response, { status: 405 });
    return;
  }
  if (!isSameOrigin(request, world.siteUrl)) {
    sendAnswer(response, { status: 403 });
    return;
  }
  const text = await readText(request, BODY_LIMIT);
  if (visit.path === '/_local/user') {
    switchUser(visit, new URLSearchParams(text), response);
    return;
  }
  if (visit.path === '/_local/upgrade') return upgradeSite(world, visit, response);
  sendAnswer(response, await jsonAnswer(world, visit, text));
}

async function jsonAnswer(world: BrowserWorld, visit: Visit, text: string): Promise<Answer> {
  try {
    const body: unknown = JSON.parse(text);
    switch (visit.path) {
      case '/_local/connect/token':
        return contextTokenAnswer(world, visit, body);
      case '/_local/connect/url':
        return moduleUrlAnswer(world, visit, body);
      case '/_local/bridge':
        return await bridgeAnswer(world, visit, body);
      case '/_local/unmodelled': {
        const { room, what } = Unmodelled.parse(body);
        world.register.refuse(room, what);
        return { status: 204 };
      }
      default:
        return { status: 404 };
    }
  } catch (error) {
    if (error instanceof ZodError)
      return { status: 400, body: { message: z.prettifyError(error) } };
    if (error instanceof SyntaxError) return { status: 400, body: { message: error.message } };
    throw error;
  }
}
