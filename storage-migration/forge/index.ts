export type * from './carrier.ts';
export { RestCarrier, type RestCarrierOptions } from './rest.ts';
export { transactionBody } from './wire.ts';
