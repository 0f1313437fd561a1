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
  Trigger,
} from './forge-app.ts';
export { readApp } from './read-app.ts';
