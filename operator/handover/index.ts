/** The operator's commands as library calls: plan one, then apply it for exactly that plan. */
export { applyCommand, type Applied } from './apply-command.ts';
export { COMMANDS, FACTS, type Command, type Operator } from './commands.ts';
export { planCommand, type Plan } from './plan-command.ts';
