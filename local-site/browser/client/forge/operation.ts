import type { FrameWorld } from './frame-world.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** One operation of the bridge. What it throws, the frame sees as a rejection. */
export type Operation = (payload: Payload, world: FrameWorld) => unknown;
