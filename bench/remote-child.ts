import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What both servers under measurement are told: where things are, and the one tenant. */
export const childInputSchema = z.object({
  databaseUrl: z.string(),
  /** Stand-in for Atlassian: key set, product API. */
  atlassianUrl: z.string(),
  install: z.looseObject({ clientKey: z.string(), installationId: z.string() }),
});
export type ChildInput = z.infer<typeof childInputSchema>;

/** Reads the input that the measuring process gave. */
export function childInput(): ChildInput {
  return childInputSchema.parse(JSON.parse(process.env['BENCH_INPUT'] ?? '{}'));
}

/** Listens, says where, and from then on answers every message with this process' CPU time in microseconds. */
export function serveMeasured(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${port}` });
  });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  });
  process.on('disconnect', () => process.exit(0));
}
