import { Command } from 'commander';
import { userInfo } from 'node:os';
import { reverseLag } from 'crossgrade/live';
import { tenantProgress } from 'crossgrade/postgres';
import pg from 'pg';
import { pino } from 'pino';
import { loadConfig } from './config.ts';
import { explainRecord } from './commands/explain-record.ts';
import { handoverCommand, type HandoverCommandOptions } from './commands/handover-command.ts';
import { COMMANDS, FACTS } from './handover/index.ts';
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
        const behind = await reverseLag(pool, { tenant: one, group: group.group });
        const next_steps = nextSteps(one, progress);
        const line = options.json
          ? JSON.stringify({ tenant: one, ...progress, behind, next_steps })
          : statusLine(one, progress, behind);
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

for (const name of COMMANDS) {
  program
    .command(name)
    .argument('<tenant>', 'the tenant')
    .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
    .option('--plan', 'print steps, costs, risks and a hash; touch nothing')
    .option('--expect-epoch <number>', 'apply it, if the tenant is still at this epoch')
    .option('--hash <hash>', 'apply it only if the plan is still this one')
    .option('--reason <text>', 'why; stored in the audit')
    .option('--who <name>', 'name for the audit', userInfo().username)
    .option('--json', 'one JSON object, with next_steps')
    .description(
      `${FACTS[name].does}; exit code 2 refused, 3 the plan is old, 4 undone by itself, 1 failed`,
    )
    .action(async (tenant: string, options: HandoverCommandOptions & { config: string }) => {
      const config = await loadConfig(options.config);
      process.exitCode = await handoverCommand(config, name, tenant, options);
    });
}

program
  .command('explain')
  .argument('<tenant>', 'the tenant')
  .argument('<key>', 'a record, for instance list:<id>')
  .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
  .option('--json', 'one JSON object')
  .description('what both sides know of one record: versions, hashes, head and log, no values')
  .action(async (tenant: string, key: string, options: { config: string; json?: boolean }) => {
    process.exitCode = await explainRecord(await loadConfig(options.config), tenant, key, options);
  });

await program.parseAsync();
