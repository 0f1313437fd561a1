/** What the local site does about a word of the platform's language. */
export interface KnownCall {
  /** True: it is answered as the platform would. False: 501, and an entry in the register. */
  readonly modelled: boolean;
  /** For a word that cannot be tried by itself: where it is covered. */
  readonly coveredBy?: string;
}

const MODELLED: KnownCall = { modelled: true };
const REFUSED: KnownCall = { modelled: false };

/** Targets of `__forge_fetch__` that the installed packages speak. */
export const KNOWN_TARGETS: Readonly<Record<string, KnownCall>> = {
  'fpp provider=app remote=jira': MODELLED,
  'fpp provider=user remote=jira': MODELLED,
  'fpp provider=none remote=jira': MODELLED,
  'fpp provider=app remote=stargate': { modelled: true, coveredBy: 'KNOWN_PATHS, by path' },
  'fpp provider=user remote=stargate': REFUSED,
  'fpp provider=app remote=confluence': REFUSED,
  'fpp provider=user remote=confluence': REFUSED,
  'fpp provider=none remote=confluence': REFUSED,
  'fpp provider=app remote=bitbucket': REFUSED,
  'fpp provider=user remote=bitbucket': REFUSED,
  'fpp provider=none remote=bitbucket': REFUSED,
  'fpp provider=* remote=stargate': {
    modelled: false,
    coveredBy: 'the two stargate targets above',
  },
  // `withContext`: a contextAri stands where the remote would.
  'fpp provider=*': REFUSED,
  'frc remote=*': MODELLED,
  'fcc service=*': REFUSED,
  'tpp provider=* remote=*': REFUSED,
  'kvs provider=app remote=kvs': MODELLED,
  kvs: MODELLED,
  emails: REFUSED,
  // requestJira and its siblings spread the target that they were made with: the fpp ones above.
  '(computed in out/api/fetch.js)': { modelled: true, coveredBy: 'the fpp targets above' },
  // invokeRemote and invokeService: the frc and fcc ones above.
  '(computed in out/api/endpoint.js)': { modelled: true, coveredBy: 'frc and fcc above' },
};

const QUEUE_PLACE = '{contextAri}/{environmentId}/{appId}/{appVersion}';

/** Paths that the installed packages speak. */
export const KNOWN_PATHS: Readonly<Record<string, KnownCall>> = {
  '/api/v1/get': MODELLED,
  '/api/v1/set': MODELLED,
  '/api/v1/delete': MODELLED,
  '/api/v1/query': MODELLED,
  '/api/v1/secret/get': MODELLED,
  '/api/v1/secret/set': MODELLED,
  '/api/v1/secret/delete': MODELLED,
  '/api/v1/entity/get': MODELLED,
  '/api/v1/entity/set': MODELLED,
  '/api/v1/entity/delete': MODELLED,
  '/api/v1/entity/query': MODELLED,
  '/api/v1/batch/get': MODELLED,
  '/api/v1/batch/set': MODELLED,
  '/api/v1/batch/delete': MODELLED,
  '/api/v1/transaction': MODELLED,
  [`/webhook/queue/publish/${QUEUE_PLACE}`]: MODELLED,
  [`/webhook/queue/stats/${QUEUE_PLACE}`]: MODELLED,
  [`/webhook/queue/cancel/${QUEUE_PLACE}`]: MODELLED,
  '/forge/events/v1/app-events': REFUSED,
  '/graphql': { modelled: true, coveredBy: 'KNOWN_GRAPHQL, by operation' },
  '/graphql/twg': REFUSED,
  '/connected-data/*': REFUSED,
  '/app/report-accounts': REFUSED,
  '/emails': { modelled: false, coveredBy: 'the target emails' },
  // What @forge/auth asks of the products themselves.
  '/rest/api/3/permissions/check': { modelled: true, coveredBy: "Jira's REST API" },
  '/rest/api/content/*/permission/check': { modelled: false, coveredBy: 'the confluence targets' },
  // @forge/storage, the legacy store that @forge/api 7 brings along: gone on the platform since 2026-06-01.
  '/forge/entities/graphql': REFUSED,
  // @forge/csp: a part of an address, not a call.
  '/os/ecosystem/installation/': { modelled: true, coveredBy: 'the content security policy' },
};

const WEB_TRIGGERS: KnownCall = { modelled: true, coveredBy: 'webTrigger of the real SDK' };

/** GraphQL operations that the installed packages speak through stargate. */
export const KNOWN_GRAPHQL: Readonly<Record<string, KnownCall>> = {
  forge_app_createWebTriggerUrl: WEB_TRIGGERS,
  forge_app_deleteWebTriggerUrl: WEB_TRIGGERS,
  forge_app_webTriggerUrlsByAppContext: WEB_TRIGGERS,
  forge_app_getApplicationStorageEntity: REFUSED,
  forge_app_setApplicationStorageEntity: REFUSED,
  forge_app_deleteApplicationStorageEntity: REFUSED,
  forge_app_getApplicationStorageEntities: REFUSED,
  forge_app_getApplicationStorageCustomEntity: REFUSED,
  forge_app_setApplicationStorageCustomEntity: REFUSED,
  forge_app_deleteApplicationStorageCustomEntity: REFUSED,
  AppStorageCustomEntityQueries: REFUSED,
};
