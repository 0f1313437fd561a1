/** The layer's vocabulary and how an app says what a record is. The rest is under subpaths: postgres, forge, copy, verify. */
export { LAYER_ERRORS, LayerError, type LayerErrorCode } from './errors.ts';
export {
  defineGroup,
  defineRecord,
  type AttributeType,
  type GroupDefinition,
  type RecordDefinition,
  type RecordSource,
  type Target,
} from './record/define-record.ts';
export { findMisfit, type Misfit } from './record/fits.ts';
export { MAX_VALUE_BYTES } from './record/limits.ts';
export { decodeKey, encodeKey } from './record/key-codec.ts';
export * from './terms.ts';
