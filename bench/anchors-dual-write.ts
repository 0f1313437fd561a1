import type { Flow, FlowParts, Outcome } from './anchors-peer.ts';

/**
 * Dual write by a flag, as LaunchDarkly's migration flags do it in the stage `dualwrite` (github.com/launchdarkly/js-core,
 * packages/shared/sdk-server/src/Migration.ts): the authoritative store first, then the other one, in the request; what
 * happens to the second write is only reported. The SDK has no backfill; the usual one beside it reads each row and writes
 * it over whatever is there. `retries`: how often either is repeated after no answer.
 */
export function dualWriteFlow(retries: number): (parts: FlowParts) => Flow {
  return ({ keys }) => {
    const done = new Set<string>();
    return {
      async afterCommit(self, key, value) {
        await repeated(retries, () =>
          value === undefined ? self.target.remove(key) : self.target.set(key, value),
        );
      },
      jobs: [
        async (self) => {
          await self.sleep(300);
          for (const key of keys) {
            if (done.has(key)) continue;
            await self.sleep(100);
            const value = await self.row(key);
            if (value !== undefined) {
              await repeated(retries, () => self.target.set(key, value));
            }
            done.add(key);
          }
        },
      ],
    };
  };
}

async function repeated(retries: number, call: () => Promise<Outcome>): Promise<void> {
  for (let left = retries; (await call()) === 'unknown' && left > 0; left -= 1);
}
