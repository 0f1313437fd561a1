import type { Value } from '../storage-migration/simulation/index.ts';
import type { Flow, FlowParts, PeerProcess } from './anchors-peer.ts';

const POLL_MS = 200;

interface Message {
  readonly key: string;
  readonly value: Value | undefined;
}

/**
 * A transactional outbox with a relay, first in first out for each record and at least once (microservices.io/patterns/data/
 * transactional-outbox), beside a backfill by INSERT IGNORE, the copy rule of gh-ost and Ghostferry (github.com/github/gh-ost,
 * github.com/Shopify/ghostferry) without their lock on the source row, which can not be held across a call to another store.
 */
export function outboxFlow({ keys, isQuiet }: FlowParts): Flow {
  const outbox: Message[] = [];
  const copied = new Set<string>();

  const relayOne = async (self: PeerProcess, message: Message): Promise<void> => {
    const { key, value } = message;
    const outcome = await (value === undefined
      ? self.target.remove(key)
      : self.target.set(key, value));
    if (outcome !== 'unknown') outbox.splice(outbox.indexOf(message), 1);
  };
  const relay = async (self: PeerProcess): Promise<void> => {
    while (!isQuiet() || outbox.length > 0) {
      // The oldest message of each record; records do not wait for each other.
      const heads = new Map<string, Message>();
      for (const message of outbox) if (!heads.has(message.key)) heads.set(message.key, message);
      await Promise.all([...heads.values()].map((message) => relayOne(self, message)));
      await self.sleep(heads.size > 0 ? 1 : POLL_MS);
    }
  };
  const copy = async (self: PeerProcess): Promise<void> => {
    await self.sleep(300);
    for (const key of keys) {
      while (!copied.has(key)) {
        await self.sleep(100);
        const value = await self.row(key);
        if (value === undefined || (await self.target.insert(key, value)) !== 'unknown') {
          copied.add(key);
        }
      }
    }
  };
  return { atCommit: (key, value) => void outbox.push({ key, value }), jobs: [relay, copy] };
}
