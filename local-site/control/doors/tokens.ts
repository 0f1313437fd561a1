import { z } from 'zod';
import type { ControlWorld } from '../control-parts.ts';

const Change = z.strictObject({ expire: z.string().min(4) });

/** A system token that a remote holds. The token itself is never shown. */
export interface TokenState {
  readonly id: string;
  /** Undefined when its installation is gone. */
  readonly siteSlug: string | undefined;
  readonly way: string;
  /** Milliseconds. */
  readonly age: number;
  readonly left: number;
}

export function tokenStates({ platform, clock, sites }: ControlWorld): readonly TokenState[] {
  const slugs = new Map([...sites.values()].map((site) => [site.installationId, site.slug]));
  const now = clock.now();
  return platform.tokens.list().map(({ id, installationId, way, issuedAt, expiresAt }) => ({
    ...{ id, way, siteSlug: slugs.get(installationId) },
    ...{ age: now - issuedAt, left: expiresAt - now },
  }));
}

/** Ends a token; what it was used for answers 401 from now on, until the platform sends another one. */
export function expireToken({ platform }: ControlWorld, body: unknown): string {
  const { expire } = Change.parse(body);
  platform.tokens.expire(expire);
  return `The token ${expire}… is no longer valid.`;
}
