/** What travels between Postgres, Forge and the operators' processes. */
export const MESSAGES = [
  'send',
  'acknowledge',
  'flip',
  'raise',
  'turn',
  'release',
  'resume',
  'see',
  'open',
  'reverse',
  'forget',
  'enqueue',
  'seal',
] as const;
export type MessageKind = (typeof MESSAGES)[number];

/** One message. Which fields count depends on its kind; the others are 0. */
export interface Message {
  readonly kind: MessageKind;
  /** Bucket. */
  readonly b: number;
  /** Epoch the message was prepared for; for `reverse` the log position up to which it reaches. */
  readonly at: number;
  /** Epoch to go to, or of the version. */
  readonly e: number;
  /** Count of the version; for `seal` the `seq` that it names. */
  readonly n: number;
  readonly value: number;
  readonly deleted: number;
  readonly inc: number;
}

/** A message as one number: 4 bits kind, 1 bucket, 4 at, 4 e, 4 n, 4 value, 1 deleted, 2 incarnation. */
export function pack(kind: MessageKind, b: number, fields: Partial<Message> = {}): number {
  const { at = 0, e = 0, n = 0, value = 0, deleted = 0, inc = 0 } = fields;
  return (
    MESSAGES.indexOf(kind) |
    (b << 4) |
    (at << 5) |
    (e << 9) |
    (n << 13) |
    (value << 17) |
    (deleted << 21) |
    (inc << 22)
  );
}

export function unpack(message: number): Message {
  return {
    kind: MESSAGES[message & 15] ?? 'send',
    b: (message >> 4) & 1,
    at: (message >> 5) & 15,
    e: (message >> 9) & 15,
    n: (message >> 13) & 15,
    value: (message >> 17) & 15,
    deleted: (message >> 21) & 1,
    inc: (message >> 22) & 3,
  };
}

/** The messages with one more; the same list when it was there already. */
export function withMessage(messages: readonly number[], message: number): readonly number[] {
  let place = 0;
  while (place < messages.length && (messages[place] ?? 0) < message) place += 1;
  if (messages[place] === message) return messages;
  return [...messages.slice(0, place), message, ...messages.slice(place)];
}
