import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { State } from '../state/index.ts';

/** The key pair that signs lifecycle callbacks. In production the public half lies on connect-install-keys.atlassian.com. */
export interface InstallKeys {
  readonly kid: string;
  readonly privateKey: string;
  /** PEM (SPKI) of the public key with this id. */
  publicKey(kid: string): string | undefined;
}

const KIND = 'install key';
const NAME = 'current';
const Stored = z.object({ kid: z.string(), privateKey: z.string() });

/** The RSA 2048 pair of the state, made fresh under a random key id when there is none. */
export function createInstallKeys(state: State): InstallKeys {
  const { kid, privateKey } = state.read(KIND, Stored).get(NAME) ?? newKey(state);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  return { kid, privateKey, publicKey: (asked) => (asked === kid ? String(publicKey) : undefined) };
}

function newKey(state: State): z.infer<typeof Stored> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = { kid: randomUUID(), privateKey };
  state.put(KIND, NAME, key);
  return key;
}
