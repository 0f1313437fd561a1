export { FunctionRunner } from './function-runner.ts';
export { FunctionError } from './invocation.ts';
export type { InvocationMeta, LogLine } from './invocation.ts';
export { MAX_PAYLOAD_BYTES } from './payload-size.ts';
