export { FunctionRunner, MAX_PAYLOAD_BYTES } from './function-runner.ts';
export { FunctionError } from './invocation.ts';
export type { InvocationMeta, LogLine } from './invocation.ts';
