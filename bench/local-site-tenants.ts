import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalSite } from 'crossgrade-local-site';
import { buildTinyApp } from '../test/conformance/tiny-app/build-tiny-app.ts';

/** 10,000 tenants with the app installed on Forge, in a process of its own. Prints one JSON line. */
const TENANTS = 10_000;

const folder = await mkdtemp(join(tmpdir(), 'bench-tenants-'));
await buildTinyApp(folder);
const local = await startLocalSite({
  appDir: folder,
  ports: { site: 0, platform: 0, customUi: 0 },
  sites: [],
});
const cpuBefore = process.cpuUsage();
const begun = performance.now();
const sites = Array.from({ length: TENANTS }, (_, n) =>
  local.addSite({ slug: `tenant-${n}`, displayName: `Tenant ${n}` }),
);
const made = performance.now();
for (const site of sites) await local.upgradeInPlace(site);
const installed = performance.now();
const cpu = process.cpuUsage(cpuBefore);
const result = {
  madeSeconds: (made - begun) / 1_000,
  installedSeconds: (installed - begun) / 1_000,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1_024,
};
await local.close();
await rm(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result)}\n`);
