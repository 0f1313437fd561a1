/**
 * What a checklist is: its shapes, its limits, its rules. Pure; knows no database, no HTTP, no clock. Both halves of Tally, the
 * Express server and the Forge functions, stand on it.
 *
 * zod is imported as a namespace (`import * as z`) in this room and in `ui`: with the named import esbuild keeps all of zod, and
 * the issue panel weighed 660 kB instead of 300.
 */
export * from './caller-header.ts';
export * from './documents/list-document.ts';
export * from './documents/setting-document.ts';
export * from './documents/template-document.ts';
export * from './errors.ts';
export * from './history.ts';
export * from './known-records.ts';
export * from './limits.ts';
export * from './list-edits.ts';
export * from './own-item-id.ts';
export * from './progress.ts';
export * from './rank.ts';
export * from './requests.ts';
export * from './scope.ts';
export * from './settings.ts';
export * from './store.ts';
export * from './upgrade-log.ts';
export * from './upgrade-status.ts';
export * from './upgrade-words.ts';
export * from './use-cases/add-item.ts';
export * from './use-cases/add-list.ts';
export * from './use-cases/apply-template.ts';
export * from './use-cases/create-template.ts';
export * from './use-cases/delete-item.ts';
export * from './use-cases/delete-list.ts';
export * from './use-cases/delete-template.ts';
export * from './use-cases/edit-item.ts';
export * from './use-cases/forget-issue.ts';
export * from './use-cases/move-item.ts';
export * from './use-cases/move-list.ts';
export * from './use-cases/put-setting.ts';
export * from './use-cases/read-lists.ts';
export * from './use-cases/read-setting.ts';
export * from './use-cases/read-templates.ts';
export * from './use-cases/rename-list.ts';
export * from './use-cases/update-template.ts';
export * from './vendor-facts.ts';
export * from './wire-error.ts';
export * from './wire.ts';
