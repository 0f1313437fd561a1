import type { CommandDefinition } from './command-definition.ts';
import { cutoverCommand } from './commands/cutover.ts';
import { enrolCommand } from './commands/enrol.ts';
import { eraseCommand } from './commands/erase.ts';
import { finalizeCommand, settleCommand } from './commands/finalize.ts';
import { pauseCommand, resumeCommand } from './commands/pause.ts';
import { recoverCommand } from './commands/recover.ts';
import { resumeForgeCommand, rollbackCommand } from './commands/rollback.ts';
import { forceFailoverCommand, terminateCommand } from './commands/survive.ts';
import { verifyCommand } from './commands/verify.ts';

export type { Operator } from './operator.ts';

/** What an operator can tell a tenant to do. Each is planned first and applied for exactly what was planned. */
export const COMMANDS = [
  ...(['enrol', 'verify', 'cutover', 'rollback', 'resume-forge', 'recover', 'settle'] as const),
  ...(['finalize', 'erase', 'terminate', 'force-failover', 'pause', 'resume'] as const),
] as const;
export type Command = (typeof COMMANDS)[number];

export const FACTS: Readonly<Record<Command, CommandDefinition>> = {
  enrol: enrolCommand,
  verify: verifyCommand,
  cutover: cutoverCommand,
  rollback: rollbackCommand,
  'resume-forge': resumeForgeCommand,
  recover: recoverCommand,
  settle: settleCommand,
  finalize: finalizeCommand,
  erase: eraseCommand,
  terminate: terminateCommand,
  'force-failover': forceFailoverCommand,
  pause: pauseCommand,
  resume: resumeCommand,
};
