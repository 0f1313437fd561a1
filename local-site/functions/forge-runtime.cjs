'use strict';

const NOTHING = () => {};
/** Metrics are accepted and dropped. */
const METRICS = {
  counter: () => ({ incr: NOTHING, incrBy: NOTHING, decr: NOTHING, decrBy: NOTHING }),
  timing: () => ({ measure: () => ({ stop: NOTHING }), set: NOTHING }),
  gauge: () => ({ set: NOTHING, incr: NOTHING, decr: NOTHING, incrBy: NOTHING, decrBy: NOTHING }),
};

/**
 * The object behind `global.__forge_runtime__` for one invocation. It has no member `kvs`: @forge/kvs would then keep
 * the token of whichever invocation imported it.
 */
exports.runtimeOf = (meta, handler, endsAt) => ({
  proxy: meta.proxy,
  contextAri: meta.contextAri,
  aaid: meta.accountId,
  appContext: {
    ...meta.appContext,
    ...licenseOf(meta),
    installation: installationOf(meta),
  },
  tracing: meta.tracing,
  realtime: {},
  externalAuth: [],
  featureFlags: () => false,
  metrics: METRICS,
  container: { handler, region: 'local', runtime: 'local' },
  lambdaContext: {
    awsRequestId: meta.appContext.invocationId,
    getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()),
  },
});

/** Second argument of every function: `installContext, principal?, license?, installation`. */
exports.contextOf = (meta) => ({
  installContext: meta.contextAri,
  ...(meta.accountId ? { principal: { accountId: meta.accountId } } : {}),
  ...licenseOf(meta),
  installation: installationOf(meta),
});

function licenseOf({ license }) {
  return license ? { license } : {};
}

function installationOf(meta) {
  const { installationId } = meta.appContext;
  const ari = `ari:cloud:ecosystem::installation/${installationId}`;
  return {
    ari: asText({ installationId }, ari),
    contexts: [asText({ cloudId: meta.cloudId }, meta.contextAri)],
  };
}

/** An object that turns into `text`, also in JSON. */
function asText(object, text) {
  return Object.assign(object, { toString: () => text, toJSON: () => text });
}
