/** Checklists as records in Forge: for the server and for the functions, which both write them there. */
export * from './elsewhere.ts';
export * from './in-lanes.ts';
export * from './record-json.ts';
export * from './record-targets.ts';
export * from './record-unit.ts';
export * from './record-values.ts';
export * from './recent-writes.ts';
export * from './until-settled.ts';
export * from './write-unit.ts';
