/** Messages between a Custom UI frame and its host. Both sides ignore everything without this mark. */
export const MARK = 'local-site-bridge';

/** A function that stays in the frame; the host calls it by its number. */
export interface FunctionReference {
  readonly $function: number;
}

/** An object whose methods stay with the host; the frame calls them by name. */
export interface ObjectReference {
  readonly $object: number;
  readonly props: Readonly<Record<string, unknown>>;
  readonly methods: readonly string[];
}

/** From the frame. */
export type FrameMessage =
  | {
      readonly mark: typeof MARK;
      readonly kind: 'call';
      readonly id: number;
      readonly operation: string;
      readonly payload: unknown;
    }
  | {
      readonly mark: typeof MARK;
      readonly kind: 'method';
      readonly id: number;
      readonly object: number;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  | {
      readonly mark: typeof MARK;
      /** What a function of the frame returned, when the host had asked for it. */
      readonly kind: 'returned';
      readonly id: number;
      readonly result?: unknown;
      readonly failed?: string;
    }
  | { readonly mark: typeof MARK; readonly kind: 'height'; readonly height: number };

/** To the frame. */
export type HostMessage =
  | {
      readonly mark: typeof MARK;
      readonly kind: 'result';
      readonly id: number;
      readonly result: unknown;
    }
  | {
      readonly mark: typeof MARK;
      readonly kind: 'failure';
      readonly id: number;
      readonly message: string;
    }
  | {
      readonly mark: typeof MARK;
      readonly kind: 'function';
      readonly function: number;
      readonly args: readonly unknown[];
      /** Present when the host waits for what the function returns. */
      readonly id?: number;
    }
  | {
      readonly mark: typeof MARK;
      readonly kind: 'theme';
      readonly colorMode: string;
      readonly theme: string;
      readonly css: string;
    };

export function isFunctionReference(value: unknown): value is FunctionReference {
  return typeof value === 'object' && value !== null && '$function' in value;
}
