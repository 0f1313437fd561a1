import type { Flow, FlowParts } from './anchors-peer.ts';

const PAGE = 4;

/**
 * The flow of Atlassian's "Migrating from a remote SQL database to Forge SQL" (developer.atlassian.com/platform/forge,
 * storage-reference/sql-migration-guide), on key-value items: a scheduled job asks the remote for one page after the other and
 * inserts its rows, a failed page is begun again; meanwhile the app writes to both stores, the second time without waiting.
 * An insert that finds its row there is skipped: the guide's plain INSERT would stop, so this is in its favour.
 */
export function guideFlow({ keys }: FlowParts): Flow {
  let page = 0;
  return {
    afterCommit(self, key, value) {
      self.begin(() =>
        value === undefined ? self.target.remove(key) : self.target.set(key, value),
      );
      return Promise.resolve();
    },
    jobs: [
      async (self) => {
        await self.sleep(300);
        while (page * PAGE < keys.length) {
          const part = keys.slice(page * PAGE, (page + 1) * PAGE);
          const rows = [];
          for (const key of part) rows.push({ key, value: await self.row(key) });
          let isDone = true;
          for (const { key, value } of rows) {
            if (value === undefined) continue;
            if ((await self.target.insert(key, value)) === 'unknown') isDone = false;
          }
          if (isDone) page += 1;
          await self.sleep(30);
        }
      },
    ],
  };
}
