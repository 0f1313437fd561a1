import { asUser, NeedsAuthenticationError, route } from '@forge/api';
import { z } from 'zod';
import { notFound, type IssueScope } from '../../checklist/index.ts';
import { FunctionError } from '../errors.ts';

const issue = z.object({
  id: z.string(),
  fields: z.object({ project: z.object({ id: z.string() }) }),
});

/**
 * The issue, when Jira shows it to the user of this invocation: the same people who get a token for it from the Connect
 * panel. Asked each time, because the context that a page sends names whatever issue it likes; the project comes from Jira's
 * answer.
 *
 * @throws ChecklistError `not_found`, for an issue that is not there as well as for one that may not be seen
 * @throws FunctionError `site_unavailable`: never taken for a yes
 * @throws NeedsAuthenticationError untouched: the platform answers it by asking the user for consent
 */
export async function visibleIssue(issueId: string, accountId: string): Promise<IssueScope> {
  try {
    const answer = await asUser().requestJira(route`/rest/api/3/issue/${issueId}?fields=project`, {
      headers: { accept: 'application/json' },
    });
    if (answer.status === 404 || answer.status === 403) throw notFound('issue');
    if (!answer.ok) throw new Error(`Jira answered ${answer.status}`);
    const seen = issue.parse(await answer.json());
    if (seen.id !== issueId) throw new Error('Jira answered with another issue');
    return { issueId, projectId: seen.fields.project.id, actor: accountId };
  } catch (cause) {
    if (cause instanceof NeedsAuthenticationError) throw cause;
    if (cause instanceof Error && cause.name === 'ChecklistError') throw cause;
    throw new FunctionError(
      'site_unavailable',
      'Jira did not say whether you may see this issue.',
      'Try again in a moment.',
      cause,
    );
  }
}
