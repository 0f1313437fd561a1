'use strict';

/** Names that the platform keeps; whatever else is thrown is the app's own fault, `FUNCTION_ERR`. */
const PLATFORM_NAMES = new Set([
  'NEEDS_AUTHENTICATION_ERR',
  'PROXY_ERR',
  'REQUEST_EGRESS_ALLOWLIST_ERR',
  'FUNCTION_FETCH_ERR',
  'INVALID_REMOTE_ERR',
  'INVALID_CONTAINER_SERVICE_ERR',
  'PAYLOAD_TOO_BIG',
]);
const NOT_HOSTED_CODE = new Set([
  'PROXY_ERR',
  'INVALID_REMOTE_ERR',
  'INVALID_CONTAINER_SERVICE_ERR',
]);

/** What the platform is told about something that a function threw. */
exports.describeError = (thrown) => {
  const isError = thrown instanceof Error || (typeof thrown === 'object' && thrown !== null);
  const errorType = isError && PLATFORM_NAMES.has(thrown.name) ? thrown.name : 'FUNCTION_ERR';
  return {
    errorMessage: String(isError ? (thrown.message ?? thrown) : thrown),
    errorType,
    isHostedCodeError: !NOT_HOSTED_CODE.has(errorType),
    stack: isError && thrown.stack ? String(thrown.stack).split('\n') : [],
    ...(isError && thrown.serviceKey ? { serviceKey: thrown.serviceKey } : {}),
    ...(isError && thrown.options ? { options: thrown.options } : {}),
  };
};
