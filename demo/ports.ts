import { createServer, type Server } from 'node:net';

/** Ports that are kept from others until they are released. */
export interface Reserved {
  readonly ports: readonly number[];
  release(): Promise<void>;
}

const TRIES = 200;
const PATIENCE_MS = 20_000;

/** Each of these ports, or the next free one above it. */
export async function reservePorts(wanted: readonly number[]): Promise<Reserved> {
  const holders: Server[] = [];
  const ports: number[] = [];
  for (const first of wanted) {
    const held = await firstFree(first);
    holders.push(held.holder);
    ports.push(held.port);
  }
  return {
    ports,
    async release() {
      for (const holder of holders.splice(0)) {
        await new Promise((resolve) => holder.close(resolve));
      }
    },
  };
}

/** Exactly these: waits for those who are about to leave them. Rejects after 20 seconds. */
export async function reserveExactly(ports: readonly number[]): Promise<Reserved> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const reserved = await reservePorts(ports);
    if (reserved.ports.every((port, index) => port === ports[index])) return reserved;
    await reserved.release();
    if (Date.now() > giveUpAt) {
      throw new Error(`The ports ${ports.join(', ')} of the earlier run are busy: free them.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function firstFree(wanted: number): Promise<{ port: number; holder: Server }> {
  for (let port = wanted; port < wanted + TRIES; port++) {
    const holder = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      holder.once('error', () => resolve(false));
      holder.listen(port, () => resolve(true));
    });
    if (isFree) return { port, holder };
  }
  throw new Error(`No free port from ${wanted} to ${wanted + TRIES - 1}.`);
}
