import { LayerError } from 'crossgrade';
import { makeResolver, type Request } from '@forge/resolver';
import { z } from 'zod';
import { FunctionError } from '../errors.ts';
import { visibleIssue } from '../jira/visible-issue.ts';
import { log } from '../log.ts';
import { sayVersionOnce } from '../store/say-version.ts';
import { toWire } from '../to-wire.ts';
import { panelCall } from './panel-call.ts';
import { PANEL_ACTIONS, type PanelAction } from './panel-actions.ts';

/** Lists of the issue that a page may name: all that an issue holds, and as many that were there before. */
const MOST_SEEN = 40;

/** The context of an issue module [doc: Forge, jira:issuePanel]. The page could have written `extension` itself. */
const contextSchema = z.object({
  accountId: z.string().optional(),
  cloudId: z.string().default(''),
  extension: z.object({ issue: z.object({ id: z.string().regex(/^[0-9]{1,19}$/) }) }),
});
/** The rest of a payload is parsed by the action that takes it. */
const payloadSchema = z
  .looseObject({ seen: z.array(z.uuid().toLowerCase()).max(MOST_SEEN).catch([]) })
  .catch({ seen: [] });

/**
 * Resolver of the panel "Checklists (new)". Its definitions are those of the panel's host. They resolve to the value or to
 * the error body of the JSON API, never to an empty value instead of a failure. Who may see the issue may change its
 * checklists, as in the Connect panel; Jira is asked with each call.
 *
 * The platform's own errors are thrown on: it answers a missing consent by asking the user for it.
 */
export const checklists = makeResolver(
  Object.fromEntries(
    Object.entries(PANEL_ACTIONS).map(([name, action]) => [
      name,
      (request: Request<unknown>) => answer(name, action, request),
    ]),
  ),
);

async function answer(
  name: string,
  action: PanelAction,
  { context, payload }: Request<unknown>,
): Promise<object> {
  try {
    const { accountId, cloudId, extension } = readContext(context);
    sayVersionOnce(cloudId);
    const { seen, ...sent } = payloadSchema.parse(payload);
    const scope = await visibleIssue(extension.issue.id, accountId);
    const caller = { accountId, issueId: scope.issueId, projectId: scope.projectId };
    const call = panelCall({ scope, caller, installation: cloudId, seen });
    return (await action(call, sent)) as object;
  } catch (error) {
    const wire = toWire(error);
    if (wire === undefined) throw error;
    log('checklists.failed', { action: name, code: wire.error.code, ...reasonOf(error) });
    return wire;
  }
}

/** Of the layer's own errors what it says of itself: codes, keys and counts, never a record's text. */
function reasonOf(error: unknown): Readonly<Record<string, string>> {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  const layer = causes.find((each) => each instanceof LayerError);
  if (layer === undefined) {
    const cause = causes.findLast((each) => each instanceof Error);
    return { reason: cause?.name ?? 'unknown' };
  }
  const { name, code, key, message, cause } = layer;
  // A parser's error quotes what it could not read; of those that are not the layer's own only the name is told.
  const why = cause instanceof Error && (cause.name === 'Error' ? cause.message : cause.name);
  const detail = why === false ? message : `${message}: ${why}`;
  return { reason: name, layerCode: code, detail, ...(key === undefined ? {} : { record: key }) };
}

function readContext(context: unknown): z.infer<typeof contextSchema> & { accountId: string } {
  const read = contextSchema.safeParse(context);
  if (!read.success) {
    throw new FunctionError(
      'refused',
      'This belongs to an issue.',
      'Open an issue in Jira.',
      read.error,
    );
  }
  const { accountId } = read.data;
  if (accountId === undefined) {
    throw new FunctionError('signed_out', 'You are not signed in.', 'Sign in to Jira.');
  }
  return { ...read.data, accountId };
}
