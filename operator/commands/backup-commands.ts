import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { exportCommand, type ExportCommandOptions } from './export-command.ts';
import { repairCommand, type RepairCommandOptions } from './repair-command.ts';
import { restoreCommand, type RestoreCommandOptions } from './restore-command.ts';

type WithConfig<T> = T & { readonly config: string };

/** Registers `export`, `restore` and `repair`. */
export function addBackupCommands(program: Command): void {
  const command = (name: string, description: string): Command =>
    program
      .command(name)
      .argument('<tenant>', 'the tenant')
      .requiredOption('--config <file>', 'the crossgrade.config.ts of the app')
      .option('--who <name>', 'name for the audit', userInfo().username)
      .option('--json', 'one JSON object, with next_steps')
      .description(`${description}; exit code 2 refused, 3 the plan is old, 1 failed`);

  command('export', 'write a backup of a tenant from whichever side is the authority')
    .argument('<folder>', 'empty, or what a killed export of the tenant left')
    .action(async (tenant: string, folder: string, options: WithConfig<ExportCommandOptions>) => {
      const config = await loadConfig(options.config);
      process.exitCode = await exportCommand(config, tenant, folder, options);
    });

  command('restore', 'put a backup into a tenant: what is newer than what is there')
    .argument('<folder>', 'the backup')
    .option('--plan', 'check the backup and say what would be written; touch nothing')
    .option('--expect-epoch <number>', 'apply it, if the tenant is still at this epoch')
    .option('--confirm <tenant>', 'the tenant once more')
    .option('--into-another-tenant', 'the backup may be of another tenant')
    .option('--as-new <keys...>', 'restore only these records, as new versions')
    .action(async (tenant: string, folder: string, options: WithConfig<RestoreCommandOptions>) => {
      const config = await loadConfig(options.config);
      process.exitCode = await restoreCommand(config, tenant, folder, options);
    });

  command('repair', 'send records again under new versions; voids every verification')
    .argument('[keys...]', 'records, for instance list:<id>; without any, what the last pass found')
    .option('--expect-epoch <number>', 'apply it, if the tenant is still at this epoch')
    .option('--plan', 'name the records; touch nothing')
    .option('--reason <text>', 'why; stored in the audit')
    .action(async (tenant: string, keys: string[], options: WithConfig<RepairCommandOptions>) => {
      const config = await loadConfig(options.config);
      process.exitCode = await repairCommand(config, tenant, keys, options);
    });
}
