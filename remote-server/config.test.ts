import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from './config.ts';

const GOOD = {
  DATABASE_URL: 'postgres://localhost/tally',
  REMOTE_BASE_URL: 'https://remote.example.com/',
  CONNECT_KEY: 'com.example.tally',
  FORGE_APP_ID: 'ari:cloud:ecosystem::app/6c1d6f6e-7a3e-4d5b-9f60-5b1a4f2f9a11',
  FORGE_ENVIRONMENT_TYPE: 'PRODUCTION',
  NODE_ENV: 'production',
};

describe('readConfig', () => {
  it('reads a complete environment into a frozen object, with Atlassian’s addresses by default', () => {
    const config = readConfig(GOOD);
    expect(Object.isFrozen(config)).toBe(true);
    expect(config.baseUrl).toBe('https://remote.example.com');
    expect(config.hostWhitelist).toEqual(['*.atlassian.net']);
    expect(config.forgeApiHost).toBe('https://api.atlassian.com');
    expect(config.installKeysUrl).toBeUndefined();
  });

  it.each(Object.keys(GOOD))('refuses to start without %s and names it', (name) => {
    expect(() => readConfig({ ...GOOD, [name]: undefined })).toThrow(new RegExp(name));
  });

  it.each([
    ['AC_OPTS', 'no-reg,no-auth'],
    ['AC_OPTS', 'no-token-verfication'],
    ['CONNECT_KEYS_CDN_URL', 'http://localhost:1/keys'],
    ['DB_URL', 'postgres://localhost/other'],
    ['AC_LOCAL_BASE_URL', 'https://other.example.com'],
    ['AC_HOST_WHITELIST', '*'],
    ['AC_ALLOWED_BASE_URLS', 'https://other.example.com'],
    ['HOST_WHITELIST', '*.atlassian.net, *'],
    ['NODE_ENV', 'staging'],
  ])('refuses to start in production with %s=%s', (name, value) => {
    expect(() => readConfig({ ...GOOD, [name]: value })).toThrow(ConfigError);
  });

  it('takes a local install-key server outside production', () => {
    const config = readConfig({
      ...GOOD,
      NODE_ENV: 'development',
      CONNECT_KEYS_CDN_URL: 'http://localhost:4401/install-keys',
    });
    expect(config.installKeysUrl).toBe('http://localhost:4401/install-keys');
  });
});
