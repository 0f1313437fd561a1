import type { ConnectFrame, ForgeFrame } from '../page-data.ts';

/** What the page's own buttons can ask of a frame that is there. */
export interface LiveFrame {
  /** Loads it again from the start. */
  reload(): void;
  /** A Connect gadget is told to show its form. */
  edit?(): void;
  /** Asks the app's form of a workflow rule for the configuration; undefined means: do not save. */
  configuration?(): Promise<string | undefined>;
}

const live = new Map<string, LiveFrame>();

/** Remembers a frame by the id of its element. */
export function frameIsLive({ elementId }: ConnectFrame | ForgeFrame, frame: LiveFrame): void {
  live.set(elementId, frame);
}

export function liveFrame(elementId: string): LiveFrame | undefined {
  return live.get(elementId);
}
