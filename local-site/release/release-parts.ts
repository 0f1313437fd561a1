import type { Deployments } from './deployments.ts';
import type { Environments } from './environments.ts';
import type { InstallationTasks } from './installation-tasks.ts';
import type { Rollouts } from './rollouts.ts';
import type { Uploads } from './uploads.ts';
import type { ReleaseSettings, ReleaseRooms } from './release-rooms.ts';

/** What every operation works with. */
export interface ReleaseParts extends ReleaseRooms {
  readonly settings: ReleaseSettings & Required<Pick<ReleaseSettings, 'addresses'>>;
  readonly environments: Environments;
  readonly uploads: Uploads;
  readonly deployments: Deployments;
  readonly tasks: InstallationTasks;
  readonly rollouts: Rollouts;
}
