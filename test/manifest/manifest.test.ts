import { beforeAll, describe, expect, it } from '@jest/globals';
import { changeOnce } from './change-once.ts';
import { buildWhenMissing, ourManifest, validateCopies } from './validate-copies.ts';

const ours = ourManifest();
/** Found by the JSON schema; hides everything below. */
const interval = changeOnce(ours, 'interval: hour', 'interval: minute');
const underscore = ours.replaceAll('mve:', '_e:');
/** Found by the validators behind the schema. */
const handler = changeOnce(ours, 'handler: index.sweep', 'handler: lost.sweep');
const twice = changeOnce(ours, 'key: before-uninstall', 'key: tally-admin');
const remote = changeOnce(ours, '    remote: connect\n  # Must', '    remote: elsewhere\n  # Must');
const noScopes = ours.replace(
  /    - (?:storage:app|read:jira-work|read:connect-jira|write:connect-jira)\n/g,
  '',
);

describe("Atlassian's validator", () => {
  let verdicts: Awaited<ReturnType<typeof validate>>;
  const validate = () =>
    validateCopies({
      ours,
      interval: interval.text,
      underscore,
      handler: handler.text,
      twice: twice.text,
      remote: remote.text,
      noScopes,
    });

  beforeAll(async () => {
    buildWhenMissing();
    verdicts = await validate();
  }, 120_000);

  it('accepts our manifest without a warning', () => {
    expect(verdicts.ours).toMatchObject({ success: true, findings: [] });
  });

  it('refuses an interval that no schedule has (schema), and names the line', () => {
    expect(verdicts.interval.success).toBe(false);
    expect(verdicts.interval.findings).toContainEqual(
      expect.objectContaining({
        level: 'error',
        reference: 'valid-document-required',
        line: interval.line,
      }),
    );
  });

  it('refuses an attribute with a leading underscore (schema), although the pages allow it', () => {
    expect(verdicts.underscore.success).toBe(false);
    expect(verdicts.underscore.findings.map(({ message }) => message).join()).toContain("'_e'");
  });

  it('refuses a handler without a file (semantics), and names the line', () => {
    expect(verdicts.handler).toMatchObject({
      success: false,
      findings: [{ level: 'error', message: expect.stringContaining('lost'), line: handler.line }],
    });
  });

  it('refuses a key that stands on both faces (semantics), and names the line', () => {
    expect(verdicts.twice).toMatchObject({
      success: false,
      findings: [
        {
          message: expect.stringContaining('tally-admin'),
          line: changeOnce(ours, '- key: tally-admin', '').line,
        },
      ],
    });
  });

  it('refuses embedded modules whose remote is not declared (semantics)', () => {
    expect(verdicts.remote).toMatchObject({
      success: false,
      findings: [{ level: 'error', message: expect.stringContaining('elsewhere') }],
    });
  });

  it('refuses a system token without any other scope (semantics)', () => {
    expect(verdicts.noScopes.success).toBe(false);
    expect(verdicts.noScopes.findings[0]).toMatchObject({
      level: 'error',
      message: expect.stringContaining('scope'),
    });
  });
});
