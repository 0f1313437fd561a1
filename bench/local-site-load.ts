import { Agent, request } from 'node:http';

/** A value of about 1 KB. */
export const VALUE = { text: 'x'.repeat(1_000) };
const BATCH = 25;
const IN_FLIGHT = 8;

/** The body of a batch of 25 records of 1 KB, under keys that begin with `prefix`. */
export function batchBody(prefix: string): string {
  return JSON.stringify(
    Array.from({ length: BATCH }, (_, n) => ({ key: `${prefix}:${n}`, value: VALUE })),
  );
}

/**
 * Writes `batches` batches over REST, eight in flight, as a remote does, and resolves with records a second. The sites take
 * turns. Rejects when any batch is not taken whole.
 */
export async function writeOverRest(
  storage: string,
  tokens: readonly string[],
  batches: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const run = Date.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < batches) {
      const n = next;
      next += 1;
      const token = tokens[n % tokens.length] ?? '';
      const { status, body } = await post(
        `${storage}/v1/batch/set`,
        token,
        batchBody(`${run}-${n}`),
        agent,
      );
      if (status !== 200 || !body.includes('"failedKeys":[]')) {
        throw new Error(`A batch was answered ${status} ${body.slice(0, 200)}`);
      }
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  return (batches * BATCH) / seconds;
}

function post(
  url: string,
  token: string,
  body: string,
  agent: Agent,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
