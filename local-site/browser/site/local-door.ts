import type { IncomingMessage, ServerResponse } from 'node:http';
import { z, ZodError } from 'zod';
import { readText, sendAnswer } from '../../server.ts';
import type { Answer } from '../../types.ts';
import { isSameOrigin } from '../http/same-origin.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { bridgeAnswer } from './bridge-door.ts';
import { configurationAnswer, contextTokenAnswer, moduleUrlAnswer } from './connect-door.ts';
import { configureGadgetAnswer } from './dashboard-door.ts';
import { formDoor } from './form-door.ts';
import { removeRuleAnswer, saveRuleAnswer } from './workflow-door.ts';

const BODY_LIMIT = 6_000_000;
const Unmodelled = z.object({ room: z.string().max(50), what: z.string().max(500) });

type Door = (world: BrowserWorld, visit: Visit, body: unknown) => Answer | Promise<Answer>;

const DOORS: Readonly<Record<string, Door>> = {
  '/_local/connect/token': contextTokenAnswer,
  '/_local/connect/url': moduleUrlAnswer,
  '/_local/connect/configuration': configurationAnswer,
  '/_local/bridge': bridgeAnswer,
  '/_local/workflow/save': saveRuleAnswer,
  '/_local/workflow/remove': removeRuleAnswer,
  '/_local/dashboard/configure': configureGadgetAnswer,
  '/_local/unmodelled': (world, _visit, body) => {
    const { room, what } = Unmodelled.parse(body);
    world.register.refuse(room, what);
    return { status: 204 };
  },
};

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
  if (await formDoor(world, visit, text, response)) return;
  sendAnswer(response, await jsonAnswer(world, visit, text));
}

async function jsonAnswer(world: BrowserWorld, visit: Visit, text: string): Promise<Answer> {
  const door = Object.hasOwn(DOORS, visit.path) ? DOORS[visit.path] : undefined;
  if (door === undefined) return { status: 404 };
  try {
    return await door(world, visit, JSON.parse(text));
  } catch (error) {
    if (error instanceof ZodError)
      return { status: 400, body: { message: z.prettifyError(error) } };
    if (error instanceof SyntaxError) return { status: 400, body: { message: error.message } };
    throw error;
  }
}
