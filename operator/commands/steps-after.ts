import type { Stage } from 'crossgrade';

/** What an operator, or a program, can do with a tenant that stands here. */
export function stepsAfter({ tenant, stage }: { tenant: string; stage: Stage }): string[] {
  switch (stage) {
    case 'off':
      return [`a worker takes up what is linked; by hand: xg enrol ${tenant} --plan`];
    case 'copy':
      return ['wait for the copy to end'];
    case 'verify':
      return [`wait for a clean verification, then xg cutover ${tenant} --plan`];
    case 'draining':
    case 'rewinding':
      return [`a worker finishes or undoes this by itself; by hand: xg recover ${tenant} --plan`];
    case 'live':
      return [
        `after the bake time: xg settle ${tenant} --plan`,
        `to take it back: xg rollback ${tenant} --plan`,
      ];
    case 'settled':
      return [
        `to take it back: xg rollback ${tenant} --plan`,
        `to make Forge the only holder, for good: xg finalize ${tenant} --plan`,
      ];
    case 'final':
      return [];
  }
}
