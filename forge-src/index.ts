/**
 * Every function of the manifest, by name: handler `index.<name>`. Named one by one, because the check for missing exports
 * does not see through `export *`.
 */
export { migration } from './consumers/migration.ts';
export { checklists } from './resolvers/checklists.ts';
export { upgrade } from './resolvers/upgrade.ts';
export { sweep } from './triggers/sweep.ts';
