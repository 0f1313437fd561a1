import type { Command } from 'commander';
import { userInfo } from 'node:os';
import { loadConfig } from '../config.ts';
import { quarantineCommand, type QuarantineOptions } from './quarantine-command.ts';

/** Adds `quarantine`: see what a stopped tenant waits for, and decide. */
export function addQuarantineCommand(program: Command): void {
  program
    .command('quarantine')
    .argument('<tenant>', 'the tenant')
    .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
    .option('--look', 'look at both sides again first, and hold what is found')
    .option('--adopt <keys...>', 'records for which what Forge holds counts')
    .option('--keep <keys...>', 'records for which what Postgres holds counts')
    .option('--adopt-all <count>', 'adopt all that are held, if they are still that many')
    .option('--seen <mark>', 'the mark of the listing that a decision is made from')
    .option('--resend', 'Forge’s storage went back or was emptied: Postgres counts as a whole')
    .option('--reason <text>', 'why; stored in the audit')
    .option('--who <name>', 'name for the audit', userInfo().username)
    .option('--json', 'one JSON object, with next_steps')
    .description('why a tenant is quarantined, which records are held, and what is decided of them')
    .action(async (tenant: string, options: QuarantineOptions & { config: string }) => {
      process.exitCode = await quarantineCommand(await loadConfig(options.config), tenant, options);
    });
}
