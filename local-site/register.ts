import { z } from 'zod';
import { NO_STATE } from './state/index.ts';
import type { State } from './state/index.ts';
import { systemClock } from './support/index.ts';
import type {
  Answer,
  Clock,
  UnmodelledCall,
  UnmodelledExample,
  UnmodelledRegister,
} from './types.ts';

export interface RegisterOptions {
  /** (Default: the machine's time) */
  readonly clock?: Clock;
  /** Where it is kept until it has been reported. (Default: nowhere) */
  readonly state?: State;
}

/** The register with what the control page shows. */
export interface LocalRegister extends UnmodelledRegister {
  examples(): readonly UnmodelledExample[];
  /** @throws UnmodelledError when there is anything in it. */
  assertEmpty(): void;
  /** The local site ends and whoever ran it has been told: the next run begins with nothing. */
  reported(): void;
}

const KIND = 'unmodelled call';
const Stored = z.object({
  room: z.string(),
  what: z.string(),
  count: z.number(),
  firstAt: z.number(),
  stack: z.array(z.string()),
  headers: z.record(z.string(), z.string()),
});

/** The app called something that the local site does not model, and the site was told not to let that pass. */
export class UnmodelledError extends Error {
  readonly code = 'unmodelled_calls';
  readonly calls: readonly UnmodelledExample[];

  constructor(calls: readonly UnmodelledExample[]) {
    const lines = calls.map(({ room, what, count, stack }) =>
      [`  ${room}: ${what} (${count})`, ...stack.slice(0, 1).map((line) => `    ${line}`)].join(
        '\n',
      ),
    );
    super(
      `The app called what the local site does not model. Take the calls out, or model them:\n${lines.join('\n')}`,
    );
    this.name = 'UnmodelledError';
    this.calls = calls;
  }
}

/** Headers whose values are kept. Any other may hold a secret, so that only its name is. */
const HARMLESS =
  /^(accept|accept-.*|content-type|content-length|user-agent|host|origin|forge-proxy-target|x-b3-.*|x-atlassian-.*-type)$/i;
const STACK_LINES = 6;

/**
 * Makes the list of calls that the local site does not model. Nothing unmodelled may pass silently: the caller gets 501
 * and the list is printed at the end. Calls are counted per room and wording, in the order of first sight.
 */
export function createRegister({
  clock = systemClock,
  state = NO_STATE,
}: RegisterOptions = {}): LocalRegister {
  const seen = new Map<string, UnmodelledExample>(state.read(KIND, Stored));
  const examples = (): readonly UnmodelledExample[] => [...seen.values()];
  return {
    refuse(room, what, headers = {}): Answer {
      const key = `${room}\n${what}`;
      const known = seen.get(key);
      const example =
        known === undefined
          ? {
              ...{ room, what, count: 1, firstAt: clock.now() },
              stack: callers(),
              headers: withoutSecrets(headers),
            }
          : { ...known, count: known.count + 1 };
      seen.set(key, example);
      state.put(KIND, key, example);
      return {
        status: 501,
        body: { code: 'NOT_MODELLED', message: `The local site does not model ${room}: ${what}.` },
      };
    },
    list: (): readonly UnmodelledCall[] =>
      examples().map(({ room, what, count }) => ({ room, what, count })),
    examples,
    assertEmpty() {
      if (seen.size > 0) throw new UnmodelledError(examples());
    },
    reported() {
      for (const key of seen.keys()) state.remove(KIND, key);
    },
  };
}

/** Who called `refuse`, nearest first. */
function callers(): readonly string[] {
  const lines = (new Error().stack ?? '').split('\n').map((line) => line.trim());
  // The message, this function and `refuse` itself say nothing.
  return lines.slice(3, 3 + STACK_LINES);
}

function withoutSecrets(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    kept[name] = HARMLESS.test(name) ? String(value) : '(hidden)';
  }
  return kept;
}
