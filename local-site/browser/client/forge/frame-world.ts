import type { ForgeFrame } from '../../page-data.ts';
import type { FramePort } from './frame-port.ts';
import type { HostObjects } from './host-objects.ts';

/** A view that its frame can close: a modal, the page of an issue action. */
export interface Closable {
  close(payload: unknown): void;
  onClose(callback: () => void): void;
}

export type MountFrame = (
  place: HTMLElement,
  frame: ForgeFrame,
  closable: Closable | undefined,
) => AbortController;

/** What an operation of a frame can reach. */
export interface FrameWorld {
  readonly frame: ForgeFrame;
  readonly port: FramePort;
  readonly objects: HostObjects;
  /** Ends when the frame goes. */
  readonly signal: AbortSignal;
  readonly closable: Closable | undefined;
  readonly openModal: (options: Readonly<Record<string, unknown>>) => void;
  /** Loads the frame again. */
  readonly reload: () => void;
  /** Gives the host what `onConfigure` left: the form of a workflow rule is asked through it. */
  readonly setConfiguration: (ask: () => Promise<unknown>) => void;
}
