import type { Answer } from '../../types.ts';
import { json } from '../answers.ts';
import { jiraTime } from '../beans/user-bean.ts';
import type { JiraWorld } from '../world.ts';
import type { RestRequest, Route } from './route.ts';
import { SCOPES } from './scope-sets.ts';

/** What the instance is. */
export const serverInfoRoute: Route = {
  method: 'GET',
  path: '/rest/api/3/serverInfo',
  scopes: SCOPES.none,
  handle: serverInfo,
};

function serverInfo({ state }: RestRequest, { clock }: JiraWorld): Answer {
  return json(200, {
    baseUrl: state.site.baseUrl,
    version: '1001.0.0-SNAPSHOT',
    versionNumbers: [1001, 0, 0],
    deploymentType: 'Cloud',
    buildNumber: 100_000,
    serverTime: jiraTime(clock.now()),
    serverTitle: state.site.displayName,
  });
}
