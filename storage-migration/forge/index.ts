export type * from './carrier.ts';
export { RestCarrier, type RestCarrierOptions } from './rest.ts';
export type { ForgeSdk } from './sdk-types.ts';
export { SdkCarrier, type SdkCarrierOptions } from './sdk.ts';
export { transactionBody } from './wire.ts';
