import { z } from 'zod';
import { checkManifest } from '../check-manifest.ts';
import type { ManifestVerdict } from '../check-manifest.ts';
import { OK, operation } from '../operation.ts';

/** Named by the command line in `forge deploy --approve`. */
const MAJOR_VERSION_RULE = 'MAJOR_VERSION_RULE';
const MANIFEST_INVALID_RULE = 'MANIFEST_INVALID_RULE';

/** The server half of `forge lint`, which a deploy runs first. */
export const manifestOperations = [
  operation(
    'forge_cli_createAppManifestUploadUrl',
    z.object({ input: z.object({ appId: z.string(), environmentKey: z.string() }) }),
    ({ uploads }) => ({ createAppManifestUploadUrl: { ...OK, preSignedUrl: uploads.address() } }),
  ),

  operation(
    'forge_cli_appPreDeploymentCheck',
    z.object({
      input: z.object({
        environmentKey: z.string(),
        manifestUrl: z.string(),
        bypassRules: z.array(z.string()).nullish(),
      }),
    }),
    async (parts, { input }) => {
      const environment = parts.environments.get(input.environmentKey);
      const verdict = await checkManifest(
        parts,
        environment,
        parts.uploads.take(input.manifestUrl),
      );
      const approved = input.bypassRules?.includes(MAJOR_VERSION_RULE) === true;
      return { appPreDeploymentCheck: { outcome: outcomeOf(verdict, approved) } };
    },
  ),
];

/**
 * `value` says that the rule applies. The command line prints `reason` only, so each problem is an outcome of its own, with its
 * line in the text.
 */
function outcomeOf({ problems, majorReasons }: ManifestVerdict, approved: boolean): unknown[] {
  const invalid = problems.map(({ line, message }) => ({
    rule: MANIFEST_INVALID_RULE,
    category: 'ERROR',
    value: true,
    reason: line === undefined ? message : `manifest.yml:${line} ${message}`,
    changes: [],
    errors: [{ key: MANIFEST_INVALID_RULE, message, line: line ?? 0, column: 0 }],
  }));
  const major = {
    rule: MAJOR_VERSION_RULE,
    category: 'APPROVAL',
    value: majorReasons.length > 0 && !approved,
    reason: `This deploy makes a new major version: ${majorReasons.join('; ')}.`,
    changes: majorReasons.map((key) => ({ key, added: [], removed: [] })),
    errors: [],
  };
  return [...invalid, major];
}
