export { signInvocationToken } from './invocation-token.ts';
export { createSigningKey } from './signing-key.ts';
export type { SigningKey } from './signing-key.ts';
export { SYSTEM_TOKEN_LIVES, SystemTokens } from './system-tokens.ts';
export type { SystemTokenLives } from './system-tokens.ts';
