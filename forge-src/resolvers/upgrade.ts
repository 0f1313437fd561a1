import { makeResolver } from '@forge/resolver';
import { z } from 'zod';
import type { UpgradeStatus } from '../../checklist/upgrade-status.ts';
import { upgradeStatusSchema } from '../../checklist/upgrade-status.ts';
import type { WireError } from '../../checklist/wire-error.ts';
import { FunctionError } from '../errors.ts';
import { requireJiraAdmin } from '../jira/require-jira-admin.ts';
import { log } from '../log.ts';
import { askRemote } from '../remote/ask-remote.ts';
import { parseAnswer } from '../remote/parse-answer.ts';

/**
 * The most that a resolver hands to the page, in bytes. Forge cuts at 5 MB; the margin is for the envelope and for
 * characters that become longer in JSON.
 */
const MAX_EXPORT_BYTES = 4_500_000;

const exportSchema = z.record(z.string(), z.unknown());

/** What `exportEverything` answers: every list, template and setting of the site, as the server's JSON document. */
type ExportDocument = z.infer<typeof exportSchema>;

/**
 * Resolver of the admin page "Tally upgrade". Both definitions answer to Jira administrators only and take no payload. They
 * resolve to the value, or to the error body of the JSON API: the bridge would hand on nothing but the message of a thrown
 * error, and the page needs the code. A failure is never answered with an empty value.
 *
 * The platform's own errors are thrown on: it answers a missing consent by asking the user for it.
 */
export const upgrade = makeResolver({
  upgradeStatus: () => forAdmins(upgradeStatus),
  exportEverything: () => forAdmins(exportEverything),
});

async function forAdmins<T>(answer: () => Promise<T>): Promise<T | WireError> {
  try {
    await requireJiraAdmin();
    return await answer();
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    log('upgrade.failed', { code: error.code });
    return error.toWire();
  }
}

async function upgradeStatus(): Promise<UpgradeStatus> {
  return parseAnswer(
    upgradeStatusSchema,
    await askRemote({ method: 'GET', path: '/forge/upgrade' }),
  );
}

async function exportEverything(): Promise<ExportDocument> {
  const text = await askRemote({ method: 'GET', path: '/forge/export' });
  if (Buffer.byteLength(text) > MAX_EXPORT_BYTES) {
    throw new FunctionError(
      'export_too_large',
      'The export is too large for this page.',
      'Download it from the page "Tally checklists", which has no such limit.',
    );
  }
  return parseAnswer(exportSchema, text);
}
