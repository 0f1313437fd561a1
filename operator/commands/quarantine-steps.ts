import type { Stage } from 'crossgrade';
import type { StoppedJob } from 'crossgrade/quarantine';

/**
 * What a person can do with a tenant that is quarantined for this reason. The reason begins with an error code. Nothing of it
 * happens by itself, however long it takes. `seen`: the mark of the listing that this stands under, if it does.
 */
export function stepsOutOfQuarantine(
  tenant: string,
  stage: Stage,
  reason: string,
  held: number,
  seen = '<mark>',
): string[] {
  const code = reason.split(':')[0] ?? '';
  const resume = `then xg resume ${tenant} --plan`;
  if (held > 0) {
    const all = `xg quarantine ${tenant} --adopt-all ${held} --seen ${seen} --reason "<why>"`;
    const steps = [
      `${held} records are written by nobody: see them with xg quarantine ${tenant}`,
      `for what Forge holds: ${all}, or --adopt <key>`,
    ];
    if (code !== 'authority.double') steps.push('for what Postgres holds: --keep <key>');
    if (code === 'authority.double') steps.push(`then xg recover ${tenant} --plan`);
    return [...steps, resume];
  }
  switch (code) {
    case 'head.regressed':
    case 'head.missing':
      return [
        `Forge's storage went back or was emptied: ask the site's admin whether it was restored`,
        `if Postgres counts: xg quarantine ${tenant} --resend --reason "<why>"`,
        resume,
      ];
    case 'target.refused':
      return [
        `Forge refuses for good: if the app was uninstalled, xg terminate ${tenant} --plan`,
        `otherwise see to what it says, ${resume}`,
      ];
    case 'enrol.foreign_head':
      return [
        'the storage holds the heads of another run: a copy of a site, or a database that lost its notes',
        `never write to it as if it were empty; xg terminate ${tenant} --plan, and enrol a new installation`,
      ];
    case 'authority.double':
      return [`xg recover ${tenant} --plan`, resume];
    case 'log.entry_missing':
    case 'log.malformed':
      return stage === 'live' || stage === 'settled'
        ? [
            'something outside the layer changed the log: what Forge wrote can not be brought back by it',
            `if Postgres counts: xg quarantine ${tenant} --resend --reason "<why>"`,
            resume,
          ]
        : [resume];
    default:
      return [`find out why the tenant was quarantined, ${resume}`];
  }
}

/** What keeps work from going on, for a status line; undefined when nothing does. */
export function stoppedText(stopped: readonly StoppedJob[]): string | undefined {
  const [longest] = stopped;
  if (longest === undefined) return undefined;
  return `stopped: ${longest.job} ${longest.code} since ${longest.since.toISOString()}`;
}
