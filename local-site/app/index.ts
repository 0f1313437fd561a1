export { AppError } from './app-error.ts';
export type {
  Consumer,
  Endpoint,
  ForgeApp,
  ForgeFunction,
  Interval,
  Remote,
  ScheduledTrigger,
  Target,
} from './forge-app.ts';
export { readApp } from './read-app.ts';
