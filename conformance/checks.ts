import type { Check } from './check.ts';
import { artifactChecks } from './checks/artifact.ts';
import { badManifestChecks } from './checks/bad-manifests.ts';
import { deployChecks } from './checks/deploy.ts';
import { installChecks } from './checks/install.ts';
import { lintChecks } from './checks/lint.ts';
import { suiteChecks } from './checks/suites.ts';

/** Everything that is checked, in the order in which it runs: later ones use what earlier ones deployed. */
export const CHECKS: readonly Check[] = [
  ...lintChecks,
  ...deployChecks,
  ...installChecks,
  ...badManifestChecks,
  ...artifactChecks,
  ...suiteChecks,
];
