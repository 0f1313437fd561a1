import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { manifestVariables } from './manifest-variables.ts';
import { uploadedFile } from './uploaded-file.ts';

describe('the file in an upload', () => {
  const FORM = 'multipart/form-data; boundary=abc';
  const form = (file: Buffer, name = 'file'): Buffer =>
    Buffer.concat([
      Buffer.from('--abc\r\nContent-Disposition: form-data; name="acl"\r\n\r\nany\r\n'),
      Buffer.from(`--abc\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
      file,
      Buffer.from('\r\n--abc--\r\n'),
    ]);

  it('is the body itself when it is no form', () => {
    const body = Buffer.from([1, 2]);
    expect(uploadedFile(body, 'application/zip')).toEqual(body);
  });

  it('is cut out of a form byte for byte, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const file = Buffer.from(bytes);
        fc.pre(!file.includes('\r\n--abc'));
        expect(uploadedFile(form(file), FORM)).toEqual(file);
      }),
    );
  });

  it('is nothing in a form without the field', () => {
    expect(uploadedFile(form(Buffer.from('x'), 'other'), FORM)).toBeUndefined();
    expect(uploadedFile(Buffer.from('broken'), FORM)).toBeUndefined();
  });
});

describe('the variables of a manifest', () => {
  it('are read off an earlier one, lists by key', () => {
    const written = {
      app: { connect: { key: '${KEY}' } },
      remotes: [
        { key: 'new', baseUrl: '${NEW}' },
        { key: 'old', baseUrl: '${OLD}' },
      ],
      list: ['${FIRST}', 'a${PART}'],
    };
    const filled = {
      app: { connect: { key: 'k' } },
      remotes: [{ key: 'old', baseUrl: 'https://old' }],
      list: ['1', 'ab'],
    };
    expect(manifestVariables(written, filled)).toEqual({
      KEY: 'k',
      OLD: 'https://old',
      FIRST: '1',
    });
  });
});
