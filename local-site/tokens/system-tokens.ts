import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { NO_STATE } from '../state/index.ts';
import type { State } from '../state/index.ts';
import type { Clock } from '../types.ts';

/** The way a system token reaches the remote decides how long it is good for. */
export type TokenWay = 'endpoint' | 'function';

export interface SystemTokenLives {
  /** Minutes that a new token lives. Documented maximum: 240. */
  readonly lifeMinutes: number;
  /** Least minutes left when it goes to an endpoint directly. Documented: 120. */
  readonly leftViaEndpoint: number;
  /** Minutes that a token lives which goes through a function and `invokeRemote`. No documented number; 10 is ours. */
  readonly leftViaFunction: number;
}

export const SYSTEM_TOKEN_LIVES: SystemTokenLives = {
  lifeMinutes: 240,
  leftViaEndpoint: 120,
  leftViaFunction: 10,
};

const KIND = 'system token';
const Issued = z.object({
  token: z.string(),
  installationId: z.string(),
  way: z.enum(['endpoint', 'function']),
  /** Epoch milliseconds. */
  issuedAt: z.number(),
  expiresAt: z.number(),
});
type Issued = Readonly<z.infer<typeof Issued>>;

/** A token that is out, as the control page shows it. `id` is its beginning: it names the token and opens nothing. */
export interface TokenView {
  readonly id: string;
  readonly installationId: string;
  readonly way: TokenWay;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const SHOWN_CHARACTERS = 8;

const MINUTE_MS = 60_000;

/**
 * Opaque app tokens, `x-forge-oauth-system`. The same token may be handed out several times while it has enough life
 * left, and an older one stays good until it expires: there is no way to refresh one (forge-storage facts, section 7).
 */
export class SystemTokens {
  readonly #clock: Clock;
  readonly #lives: SystemTokenLives;
  readonly #state: State;
  readonly #byToken = new Map<string, Issued>();
  /** Latest token per installation and way. */
  readonly #latest = new Map<string, Issued>();

  constructor(clock: Clock, lives: SystemTokenLives = SYSTEM_TOKEN_LIVES, state: State = NO_STATE) {
    this.#clock = clock;
    this.#lives = lives;
    this.#state = state;
    for (const issued of state.read(KIND, Issued).values()) this.#remember(issued);
    this.#forgetExpired(clock.now());
  }

  /** A token with enough life left for this way. */
  issue(installationId: string, way: TokenWay): string {
    const { lifeMinutes, leftViaEndpoint, leftViaFunction } = this.#lives;
    const life = way === 'endpoint' ? lifeMinutes : leftViaFunction;
    const needed = way === 'endpoint' ? leftViaEndpoint : leftViaFunction / 2;
    const now = this.#clock.now();
    const slot = `${way} ${installationId}`;
    const latest = this.#latest.get(slot);
    if (latest !== undefined && latest.expiresAt - now >= needed * MINUTE_MS) return latest.token;
    const issued: Issued = {
      token: randomBytes(48).toString('base64url'),
      installationId,
      way,
      issuedAt: now,
      expiresAt: now + life * MINUTE_MS,
    };
    this.#forgetExpired(now);
    this.#remember(issued);
    this.#state.put(KIND, issued.token, issued);
    return issued.token;
  }

  /** The installation that a token speaks for, or undefined when it is unknown, expired or revoked. */
  installationOf(token: string): string | undefined {
    const issued = this.#byToken.get(token);
    if (issued === undefined || issued.expiresAt <= this.#clock.now()) return undefined;
    return issued.installationId;
  }

  /** Tokens that are still good, oldest first. */
  list(): readonly TokenView[] {
    const now = this.#clock.now();
    return [...this.#byToken.values()]
      .filter(({ expiresAt }) => expiresAt > now)
      .map(({ token, ...facts }) => ({ ...facts, id: token.slice(0, SHOWN_CHARACTERS) }));
  }

  /** Ends one token, named by itself or by the `id` of its view. The next one that is handed out is new. */
  expire(tokenOrId: string): void {
    for (const holder of [this.#byToken, this.#latest]) {
      for (const [key, { token }] of holder) {
        if (token === tokenOrId || token.slice(0, SHOWN_CHARACTERS) === tokenOrId) {
          holder.delete(key);
          this.#state.remove(KIND, token);
        }
      }
    }
  }

  /** Ends every token of an installation. */
  revoke(installationId: string): void {
    for (const holder of [this.#byToken, this.#latest]) {
      for (const [key, issued] of holder) {
        if (issued.installationId !== installationId) continue;
        holder.delete(key);
        this.#state.remove(KIND, issued.token);
      }
    }
  }

  #forgetExpired(now: number): void {
    for (const [token, issued] of this.#byToken) {
      // Oldest first, and all but the short ones live equally long: stop early in the common case.
      if (issued.expiresAt > now) break;
      this.#byToken.delete(token);
      this.#state.remove(KIND, token);
    }
  }

  #remember(issued: Issued): void {
    this.#byToken.set(issued.token, issued);
    this.#latest.set(`${issued.way} ${issued.installationId}`, issued);
  }
}
