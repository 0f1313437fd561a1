import { Command } from 'commander';
import { tenantProgress } from 'crossgrade/postgres';
import pg from 'pg';
import { pino } from 'pino';
import { loadConfig } from './config.ts';
import { nextSteps, statusLine } from './commands/status-line.ts';
import { verifyNow } from './commands/verify-now.ts';
import { runWorker } from './worker/run-worker.ts';

const program = new Command('xg').description("The operator's command line of crossgrade");

program
  .command('worker')
  .description('move tenants: copies, pushes and verifies until it is told to end')
  .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
  .action(async ({ config }: { config: string }) => {
    const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info' });
    const worker = await runWorker(await loadConfig(config), log);
    process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
    const stop = (): void => void worker.stop().then(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });

program
  .command('status')
  .argument('[tenant]', 'one tenant; all enrolled ones without it')
  .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
  .option('--json', 'one JSON object a line, with next_steps')
  .description('where tenants stand')
  .action(async (tenant: string | undefined, options: { config: string; json?: boolean }) => {
    const { databaseUrl, group } = await loadConfig(options.config);
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    try {
      const enrolled = await pool.query<{ tenant: string }>(
        'select tenant from mig_tenant where grp = $1 order by tenant',
        [group.group],
      );
      const tenants = tenant === undefined ? enrolled.rows.map((row) => row.tenant) : [tenant];
      for (const one of tenants) {
        const progress = await tenantProgress(pool, one, group.group);
        const line = options.json
          ? JSON.stringify({ tenant: one, ...progress, next_steps: nextSteps(progress) })
          : statusLine(one, progress);
        process.stdout.write(`${line}\n`);
      }
    } finally {
      await pool.end();
    }
  });

program
  .command('verify')
  .argument('<tenant>', 'the tenant to verify')
  .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
  .option('--full', 'read every record back as well')
  .option('--json', 'print the result as one JSON object')
  .description('compare both stores now; exit code 1 when they differ, 2 when nothing was proved')
  .action(async (tenant: string, options: { config: string; full?: boolean; json?: boolean }) => {
    const config = await loadConfig(options.config);
    process.exitCode = await verifyNow(config, tenant, options);
  });

await program.parseAsync();
