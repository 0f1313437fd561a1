import { generateKeyPairSync, randomUUID } from 'node:crypto';

/** The key pair that signs lifecycle callbacks. In production the public half lies on connect-install-keys.atlassian.com. */
export interface InstallKeys {
  readonly kid: string;
  readonly privateKey: string;
  /** PEM (SPKI) of the public key with this id. */
  publicKey(kid: string): string | undefined;
}

/** Makes a fresh RSA 2048 pair under a random key id. Nothing of it is ever written to a file. */
export function createInstallKeys(): InstallKeys {
  const kid = randomUUID();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { kid, privateKey, publicKey: (asked) => (asked === kid ? publicKey : undefined) };
}
