import type { Answer } from '../../types.ts';
import { json } from '../answers.ts';
import { jiraTime } from './beans.ts';
import type { RestRequest, RestWorld, Route } from './route.ts';

/** What the instance is. */
export const serverInfoRoute: Route = {
  method: 'GET',
  path: '/rest/api/3/serverInfo',
  handle: serverInfo,
};

function serverInfo({ state }: RestRequest, { clock }: RestWorld): Answer {
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
