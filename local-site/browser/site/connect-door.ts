import { z } from 'zod';
import { connectAddress } from '../frames/connect-address.ts';
import { Purpose } from '../frames/purpose.ts';
import { ruleFacts } from '../frames/rule-facts.ts';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import type { Answer } from '../../types.ts';
import { SubjectKeys, moduleContext, subjectOf } from './subject.ts';

const TokenRequest = z.object(SubjectKeys);
const UrlRequest = z.object({
  ...SubjectKeys,
  moduleKey: z.string(),
  purpose: Purpose.default({}),
});
const ConfigurationRequest = z.object({ purpose: Purpose });

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
  const module = world.connect.modules(visit.site).find(({ key }) => key === request.moduleKey);
  const url = module && connectAddress(world, visit, subject, module, request.purpose);
  if (url === undefined) {
    return { status: 404, body: { message: `The app has no module ${request.moduleKey} here.` } };
  }
  return { status: 200, body: { url } };
}

/** `POST /_local/connect/configuration`: what `AP.jira.getWorkflowConfiguration` gives, empty for a new rule. */
export function configurationAnswer(world: BrowserWorld, visit: Visit, body: unknown): Answer {
  const { purpose } = ConfigurationRequest.parse(body);
  const facts = ruleFacts(world, visit.site, purpose);
  if (facts === undefined) return notVisible();
  return { status: 200, body: { configuration: facts.rule?.configuration ?? '' } };
}

function notVisible(): Answer {
  return { status: 404, body: { message: 'The issue or project is gone or not visible.' } };
}
