import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAceLogger } from './ace-logger.ts';
import { createLogger } from './create-logger.ts';
import { redactText } from './redact-text.ts';

const SECRET = 'S3cret/with+chars==';

describe('redactText', () => {
  it.each([
    [`POST&/installed&baseUrl=x&sharedSecret=${encodeURIComponent(SECRET)}&key=k`],
    [`{"sharedSecret":"${SECRET}","key":"k"}`],
    [`{\\"sharedSecret\\":\\"${SECRET}\\",\\"key\\":\\"k\\"}`],
    [`{ sharedSecret: '${SECRET}', key: 'k' }`],
    [`GET /connect/admin?jwt=${SECRET}&key=k`],
    [`x-acpt: ${SECRET}, key: k`],
    [`authorization: JWT ${SECRET}`],
    [`"authorization":"Bearer ${SECRET}"`],
    [`"x-forge-oauth-system":"${SECRET}"`],
    [`x-forge-oauth-user=${SECRET}`],
    [`connect to postgres://tally:${SECRET.replaceAll('/', '')}@db/tally failed`],
  ])('hides the secret in %s', (text) => {
    const redacted = redactText(text);
    expect(redacted).toContain('[hidden]');
    for (const part of [SECRET, encodeURIComponent(SECRET), SECRET.replaceAll('/', '')]) {
      expect(redacted).not.toContain(part);
    }
  });

  it('hides a token wherever it stands and leaves the rest readable', () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJrZXkifQ.c2lnbmF0dXJl`;
    expect(redactText(`Signature failed for input: ${token} with sha256`)).toBe(
      'Signature failed for input: [hidden] with sha256',
    );
    expect(redactText('event=installed tenant=abc')).toBe('event=installed tenant=abc');
  });

  it('leaves JSON valid and the secret out, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const inner = `${before} ${JSON.stringify({ sharedSecret: SECRET })} ${after}`;
        const line = redactText(JSON.stringify({ msg: inner, sharedSecret: SECRET }));
        expect(() => JSON.parse(line) as unknown).not.toThrow();
        expect(line).not.toContain(SECRET);
      }),
    );
  });
});

describe('the logger that atlassian-connect-express is given', () => {
  it('redacts what it is handed as text, as objects and as errors (ACE defect 8, trap A)', () => {
    const lines: string[] = [];
    const logger = createLogger('debug', { write: (line: string) => lines.push(line) > 0 });
    const ace = createAceLogger(logger);
    ace.error(`Canonical query was: "POST&/installed&sharedSecret=${SECRET}&x=1`);
    ace.info('Saved tenant', { clientKey: 'k', sharedSecret: SECRET });
    ace.warn(new Error(`sharedSecret: '${SECRET}'`));
    ace.log(`Executing: INSERT ... '{"sharedSecret":"${SECRET}"}'`);
    expect(lines).toHaveLength(4);
    expect(lines.join('')).not.toContain(SECRET);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ event: 'ace' });
  });
});
