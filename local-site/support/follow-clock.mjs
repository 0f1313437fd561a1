/**
 * Lets a server beside the local site live in the site's time:
 *
 *   LOCAL_SITE_CLOCK=http://localhost:4400 node --import <this file> server.js
 *
 * It reads the time before the server's own code runs, puts it behind `Date`, and follows every change. Without it, tokens
 * that the site signs after its clock was moved are not yet valid to a server that lives in the machine's time. Timers and a
 * database's own `now()` are not shifted. When the site is gone, the last known offset stays. Never use it in production.
 */
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const { shiftDate } = createRequire(import.meta.url)('./shift-date.cjs');
const site = process.env.LOCAL_SITE_CLOCK;
const AGAIN_MS = 250;
/** How long a start waits for a site that is just starting itself. */
const PATIENCE_MS = 10_000;

if (site) {
  const date = shiftDate();
  const id = randomUUID();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  /**
   * Asks for the change after `seen`; the answer waits for one, and comes at once for -1. Asking again says that the last one has
   * been applied.
   */
  const ask = (seen, isNeeded = false) =>
    new Promise((resolve, reject) => {
      const url = new URL(`/_local/control/clock/follow?id=${id}&seen=${seen}`, site);
      const request = http.get(url, { agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => (text += chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          try {
            if (answer.statusCode !== 200) throw new Error(`${url} answers ${answer.statusCode}.`);
            resolve(JSON.parse(text));
          } catch (error) {
            reject(error);
          }
        });
      });
      request.on('error', reject);
      // Following must not keep a server alive that has nothing else to do.
      request.on('socket', (socket) => {
        if (!isNeeded) socket.unref();
      });
    });
  const follow = async (seen) => {
    for (;;) {
      try {
        const { sequence, reading } = await ask(seen);
        date.set(reading);
        seen = sequence;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
        // A site that has been started again counts anew.
        seen = -1;
      }
    }
  };
  const begun = performance.now();
  const askFirst = async () => {
    try {
      return await ask(-1, true);
    } catch (cause) {
      if (performance.now() - begun > PATIENCE_MS) {
        throw new Error(`LOCAL_SITE_CLOCK: the local site at ${site} does not tell its time.`, {
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return askFirst();
    }
  };
  const first = await askFirst();
  date.set(first.reading);
  void follow(first.sequence);
}
