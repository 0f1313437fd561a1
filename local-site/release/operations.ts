import { accountOperations } from './operations/account.ts';
import { deployOperations } from './operations/deploy.ts';
import { entityOperations } from './operations/entities.ts';
import { environmentOperations } from './operations/environments.ts';
import { installationOperations } from './operations/installations.ts';
import { manifestOperations } from './operations/manifest.ts';
import { rolloutOperations } from './operations/rollouts.ts';
import { siteOperations } from './operations/sites.ts';
import { variableOperations } from './operations/variables.ts';
import { versionOperations } from './operations/versions.ts';
import type { Operation } from './operation.ts';

/** Everything that the door answers. Two operations may share a name; then their variables tell them apart. */
export const OPERATIONS: readonly Operation[] = [
  ...accountOperations,
  ...environmentOperations,
  ...variableOperations,
  ...manifestOperations,
  ...deployOperations,
  ...versionOperations,
  ...rolloutOperations,
  ...entityOperations,
  ...siteOperations,
  ...installationOperations,
];

/** The names, for a probe that looks for operations of the command line that are missing here. */
export const RELEASE_OPERATIONS: readonly string[] = [
  ...new Set(OPERATIONS.map(({ name }) => name)),
];
