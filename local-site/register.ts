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
}

/** The register with what the control page shows. */
export interface LocalRegister extends UnmodelledRegister {
  examples(): readonly UnmodelledExample[];
  /** @throws UnmodelledError when there is anything in it. */
  assertEmpty(): void;
}

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
export function createRegister({ clock = systemClock }: RegisterOptions = {}): LocalRegister {
  const seen = new Map<string, UnmodelledExample>();
  const examples = (): readonly UnmodelledExample[] => [...seen.values()];
  return {
    refuse(room, what, headers = {}): Answer {
      const key = `${room}\n${what}`;
      const known = seen.get(key);
      seen.set(
        key,
        known === undefined
          ? {
              ...{ room, what, count: 1, firstAt: clock.now() },
              stack: callers(),
              headers: withoutSecrets(headers),
            }
          : { ...known, count: known.count + 1 },
      );
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
