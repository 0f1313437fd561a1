import { Command } from 'commander';
import { userInfo } from 'node:os';
import { reverseLag } from 'crossgrade/live';
import { tenantProgress } from 'crossgrade/postgres';
import { pino } from 'pino';
import { countHeld, stoppedJobs } from 'crossgrade/quarantine';
import { shadowTally } from 'crossgrade/shadow';
import { loadConfig } from './config.ts';
import { openPool } from './open-pool.ts';
import { addBackupCommands } from './commands/backup-commands.ts';
import { explainRecord } from './commands/explain-record.ts';
import { handoverCommand, type HandoverCommandOptions } from './commands/handover-command.ts';
import { COMMANDS, FACTS } from './handover/index.ts';
import { addQuarantineCommand } from './commands/quarantine-commands.ts';
import { sayUnreachable } from './commands/say-unreachable.ts';
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
    const pool = openPool(databaseUrl, 2);
    try {
      const enrolled = await pool.query<{ tenant: string }>(
        'select tenant from mig_tenant where grp = $1 order by tenant',
        [group.group],
      );
      const tenants = tenant === undefined ? enrolled.rows.map((row) => row.tenant) : [tenant];
      for (const one of tenants) {
        const progress = await tenantProgress(pool, one, group.group);
        const behind = await reverseLag(pool, { tenant: one, group: group.group });
        const scope = { tenant: one, group: group.group };
        const trouble = {
          held: await countHeld(pool, scope),
          stopped: await stoppedJobs(pool, scope),
          shadow: await shadowTally(pool, scope),
        };
        const next_steps = nextSteps(one, progress, trouble);
        const line = options.json
          ? JSON.stringify({ tenant: one, ...progress, behind, ...trouble, next_steps })
          : statusLine(one, progress, behind, trouble);
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
  .option('--plan', 'print steps, costs and a hash; compare nothing')
  .option(
    '--expect-epoch <number>',
    'only if the tenant is still at this epoch; writes an audit row',
  )
  .option('--hash <hash>', 'only if the plan is still this one')
  .option('--who <name>', 'name for the audit', userInfo().username)
  .option('--json', 'print the result as one JSON object')
  .description('compare both stores now; exit code 1 when they differ, 2 when nothing was proved')
  .action(async (tenant: string, options: HandoverCommandOptions & { config: string }) => {
    const config = await loadConfig(options.config);
    const isOrdered = options.plan === true || options.expectEpoch !== undefined;
    process.exitCode = isOrdered
      ? await handoverCommand(config, 'verify', tenant, options)
      : await verifyNow(config, tenant, options);
  });

for (const name of COMMANDS) {
  if (name === 'verify') continue;
  const { does, takesKeys } = FACTS[name];
  const command = program.command(name).argument('<tenant>', 'the tenant');
  if (takesKeys === true) command.argument('<keys...>', 'records, for instance list:<id>');
  command
    .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
    .option('--plan', 'print steps, costs, risks and a hash; touch nothing')
    .option('--expect-epoch <number>', 'apply it, if the tenant is still at this epoch')
    .option('--hash <hash>', 'apply it only if the plan is still this one')
    .option('--reason <text>', 'why; stored in the audit')
    .option('--confirm <tenant>', 'the tenant’s name again, for what can not be taken back')
    .option('--who <name>', 'name for the audit', userInfo().username)
    .option('--json', 'one JSON object, with next_steps')
    .description(`${does}; exit code 2 refused, 3 the plan is old, 4 undone by itself, 1 failed`)
    .action(async (tenant: string) => {
      const options = command.opts<HandoverCommandOptions & { config: string }>();
      const keys = takesKeys === true ? command.args.slice(1) : [];
      const config = await loadConfig(options.config);
      process.exitCode = await handoverCommand(config, name, tenant, { ...options, keys });
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

addBackupCommands(program);

addQuarantineCommand(program);

if ((await sayUnreachable(() => program.parseAsync())) !== 0) process.exitCode = 1;
