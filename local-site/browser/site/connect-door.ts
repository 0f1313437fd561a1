import { z } from 'zod';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { moduleContext } from '../pages/frames.ts';
import type { Answer } from '../../types.ts';
import { SubjectKeys, subjectOf } from './subject.ts';

const TokenRequest = z.object(SubjectKeys);
const UrlRequest = z.object({ ...SubjectKeys, moduleKey: z.string() });

/** `POST /_local/connect/token`: a context JWT for the person and the page, behind `AP.context.getToken`. */
export function contextTokenAnswer(world: BrowserWorld, visit: Visit, body: unknown): Answer {
  const subject = subjectOf(world, visit, TokenRequest.parse(body));
  if (subject === undefined) return notVisible();
  const context = moduleContext(visit, subject);
  return { status: 200, body: { token: world.connect.contextToken(visit.site, context) } };
}

/** `POST /_local/connect/url`: a fresh signed address of a module, for dialogs and for frames whose token expired. */
export function moduleUrlAnswer(world: BrowserWorld, visit: Visit, body: unknown): Answer {
  const request = UrlRequest.parse(body);
  const subject = subjectOf(world, visit, request);
  if (subject === undefined) return notVisible();
  const module = world.connect
    .modules(visit.site)
    .find((each) => each.key === request.moduleKey && world.connect.hasPage(each));
  if (module === undefined) {
    return { status: 404, body: { message: `The app has no module ${request.moduleKey} here.` } };
  }
  const context = moduleContext(visit, subject);
  return { status: 200, body: { url: world.connect.moduleUrl(visit.site, module, context) } };
}

function notVisible(): Answer {
  return { status: 404, body: { message: 'The issue or project is gone or not visible.' } };
}
