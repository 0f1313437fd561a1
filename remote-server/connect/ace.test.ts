import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { isWhitelisted } from './host-whitelist.ts';

describe('atlassian-connect-express', () => {
  it('is known to one module only', async () => {
    const root = new URL('../', import.meta.url);
    const files = (await readdir(root, { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const importing: string[] = [];
    for (const file of files) {
      const text = await readFile(new URL(file, root), 'utf8');
      if (/from 'atlassian-connect-express|import\('atlassian-connect/.test(text))
        importing.push(file);
    }
    expect(importing).toEqual(['connect/ace.ts']);
  });
});

describe('isWhitelisted', () => {
  it.each([
    ['https://acme.atlassian.net', true],
    ['https://ACME.atlassian.net/', true],
    ['https://a.b.atlassian.net', false],
    ['https://atlassian.net', false],
    ['https://acme.atlassian.net.evil.example', false],
    ['https://evil.example/acme.atlassian.net', false],
    ['https://acmeXatlassian.net', false],
    ['not a url', false],
  ])('says of %s: %s', (url, expected) => {
    expect(isWhitelisted(url, ['*.atlassian.net'])).toBe(expected);
  });
});
