export { classifyShadow, type ShadowClass, type ShadowSide } from './classify-shadow.ts';
export { readBoth, readTwice, type ShadowReport } from './read-both.ts';
export { ShadowReader, type ShadowCounts, type ShadowOptions } from './shadow-reader.ts';
