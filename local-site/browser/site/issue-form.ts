import { z } from 'zod';
import type { Visit } from '../http/visit.ts';
import type { BrowserWorld } from '../options.ts';
import { subjectOf } from './subject.ts';
import type { Done } from './form-done.ts';

const Refusal = z.object({
  errorMessages: z.array(z.string()).default([]),
  errors: z.record(z.string(), z.string()).default({}),
});

/**
 * The forms of the issue page: a transition, an entity property written as Automation does, a Forge panel added or removed.
 */
export async function issueForm(
  world: BrowserWorld,
  visit: Visit,
  form: URLSearchParams,
): Promise<Done> {
  const issueKey = form.get('issueKey') ?? '';
  const location = `${visit.base}/browse/${encodeURIComponent(issueKey)}`;
  const issue = subjectOf(world, visit, { issueKey })?.issue;
  if (issue === undefined) return { location, problem: 'The issue is gone or not visible.' };
  const moduleKey = form.get('moduleKey') ?? '';
  switch (form.get('do') ?? '') {
    case 'transition':
      return transition(world, visit, issue.key, form.get('transitionId') ?? '', location);
    case 'property':
      return writeProperty(world, visit, issue.key, form, location);
    case 'add-panel':
      world.panels.add(visit.site, issue.id, moduleKey);
      return { location };
    case 'remove-panel':
      world.panels.remove(visit.site, issue.id, moduleKey);
      return { location };
    case 'panel-on-all':
    case 'panel-off-all':
      if (visit.user.admin) {
        world.panels.onAll(visit.site, moduleKey, form.get('do') === 'panel-on-all');
      }
      return { location };
    default:
      return { location, problem: 'The form says nothing to do.' };
  }
}

/** As the person, over Jira's own REST API, so that rules run as they do for everybody. */
async function transition(
  world: BrowserWorld,
  visit: Visit,
  issueKey: string,
  id: string,
  location: string,
): Promise<Done> {
  const { status, body } = await world.jira.rest(
    visit.site,
    { kind: 'user', accountId: visit.user.accountId },
    'POST',
    `/rest/api/3/issue/${issueKey}/transitions`,
    JSON.stringify({ transition: { id } }),
  );
  if (status < 300) return { location };
  const { errorMessages, errors } = Refusal.safeParse(body).data ?? {
    errorMessages: [],
    errors: {},
  };
  const said = [...errorMessages, ...Object.values(errors)].join(' ');
  return { location, problem: said === '' ? `Jira answered ${status}.` : said };
}

async function writeProperty(
  world: BrowserWorld,
  visit: Visit,
  issueKey: string,
  form: URLSearchParams,
  location: string,
): Promise<Done> {
  let value: unknown;
  try {
    value = JSON.parse(form.get('value') ?? '');
  } catch {
    return { location, problem: 'The value of a property is JSON. A text needs quotes.' };
  }
  await world.jira.automation.setProperty(visit.site, issueKey, form.get('key') ?? '', value);
  return { location };
}
