export { AppError } from './app-error.ts';
export type { ManifestProblem } from './app-error.ts';
export type {
  Consumer,
  Endpoint,
  EnvironmentType,
  ForgeApp,
  ForgeFunction,
  Interval,
  Remote,
  ScheduledTrigger,
  Target,
  Trigger,
  WebTrigger,
} from './forge-app.ts';
export { REGIONS } from './manifest-schema.ts';
export { readApp } from './read-app.ts';
export { regionalApp, variantsOf } from './regional-app.ts';
export type { OnFilterError } from './trigger-filter.ts';
