/** What storing values in parts insists on (decision 0010). */
export interface PartsRules {
  /** The pointer is sent only when its parts are there. */
  readonly partsFirst: boolean;
  /** A part counts when it was answered, not when it was sent. */
  readonly partsAnswered: boolean;
  /** A part's key names the content, not only the version. */
  readonly keysNameContent: boolean;
  /** Parts of what is replaced go in the transaction that replaces it. */
  readonly oldGoWithPointer: boolean;
  /** A sweep compares and sets the head. */
  readonly sweepNamesSeq: boolean;
  /** Under Postgres only parts of versions that are not newer than the stored one are swept. */
  readonly sweepBelowStored: boolean;
  /** What a sender has seen of its parts holds for one epoch. */
  readonly senderForgetsWithEpoch: boolean;
  /** A writer on Forge stores its parts in every round anew. */
  readonly writerStoresEachRound: boolean;
  /** A reader that misses a part looks again. */
  readonly missingLooksAgain: boolean;
  /** Broken is only what misses a part while the head stands. */
  readonly brokenNeedsStandingHead: boolean;
}

export const PARTS_RULES: PartsRules = {
  partsFirst: true,
  partsAnswered: true,
  keysNameContent: true,
  oldGoWithPointer: true,
  sweepNamesSeq: true,
  sweepBelowStored: true,
  senderForgetsWithEpoch: true,
  writerStoresEachRound: true,
  missingLooksAgain: true,
  brokenNeedsStandingHead: true,
};

/** One content of the record: the version it was made for and, on Forge, by whom. */
export interface Content {
  readonly n: number;
  readonly by: number;
}

/** Both parts, as the name of the content in each; empty: no such part. */
export type Pair = readonly [string, string];

/** A sender of Postgres' versions, or a writer on Forge. */
export interface Writer {
  readonly phase: 'idle' | 'bound' | 'done';
  readonly epoch: number;
  readonly content: Content;
  /** Which of its parts it has seen to be there. */
  readonly stored: readonly [boolean, boolean];
  /** `seq` of the head it has read; −1: none yet. */
  readonly seq: number;
  readonly rounds: number;
}

export interface Reader {
  /** `doubt`: a part was missing; `settling`: missing again, the head decides. */
  readonly phase: 'begin' | 'parts' | 'doubt' | 'settling' | 'whole' | 'broken';
  /** What the pointer named. */
  readonly name: string;
  readonly next: number;
  /** `seq` of the head before the look; −1 in the first one, which asks no head. */
  readonly seq: number;
}

export type Message =
  | { readonly kind: 'part'; readonly key: string; readonly index: 0 | 1; readonly name: string }
  | {
      readonly kind: 'pointer';
      readonly w: number;
      readonly seq: number;
      readonly epoch: number;
      readonly content: Content;
    }
  | { readonly kind: 'delete'; readonly key: string; readonly seq: number };

export interface PartsState {
  readonly auth: 'P' | 'F';
  readonly epoch: number;
  readonly seq: number;
  /** What the record's place holds; `n` 0: nothing. */
  readonly pointer: Content;
  /** Stored parts by their key, in the order of keys. */
  readonly parts: readonly (readonly [string, Pair])[];
  /** Version in Postgres. */
  readonly row: number;
  readonly writers: readonly Writer[];
  readonly reader: Reader;
  /** Texts of messages, in their order. */
  readonly sent: readonly string[];
  readonly isWiped: boolean;
}

export const NOBODY: Content = { n: 0, by: 0 };

/** A name for a content; equal names mean equal content. */
export function nameOf({ n, by }: Content): string {
  return `${n}.${by}`;
}

export function keyOf(rules: PartsRules, content: Content): string {
  return rules.keysNameContent ? nameOf(content) : String(content.n);
}

export function pairAt(state: PartsState, key: string): Pair {
  return state.parts.find(([at]) => at === key)?.[1] ?? ['', ''];
}

export function withPair(state: PartsState, key: string, pair: Pair): PartsState {
  const others = state.parts.filter(([at]) => at !== key);
  const isEmpty = pair[0] === '' && pair[1] === '';
  const parts = isEmpty ? others : [...others, [key, pair] as const];
  return { ...state, parts: parts.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

const KNOWN = new Map<string, Message>();

/** Everything ever sent stays deliverable, so a message is kept once, as a short text. */
export function withMessage(state: PartsState, message: Message): PartsState {
  const text = textOf(message);
  if (state.sent.includes(text)) return state;
  KNOWN.set(text, message);
  return { ...state, sent: [...state.sent, text].sort() };
}

/** The message of a text that `withMessage` wrote. */
export function messageOf(text: string): Message {
  const message = KNOWN.get(text);
  if (message === undefined) throw new RangeError(`"${text}" was never sent.`);
  return message;
}

function textOf(message: Message): string {
  const { kind } = message;
  switch (kind) {
    case 'part':
      return `${kind} ${message.key} ${message.index} ${message.name}`;
    case 'pointer':
      return `${kind} ${message.w} ${message.seq} ${message.epoch} ${nameOf(message.content)}`;
    case 'delete':
      return `${kind} ${message.key} ${message.seq}`;
  }
}

export function withWriter(state: PartsState, w: number, change: Partial<Writer>): PartsState {
  const writers = state.writers.map((one, at) => (at === w ? { ...one, ...change } : one));
  return { ...state, writers };
}
