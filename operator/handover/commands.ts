import type { Condition, Stage } from 'crossgrade';
import type { Pool } from 'pg';
import type { CrossgradeConfig } from '../config.ts';
import type { Lanes } from '../worker/tenant-lane.ts';

/** What an operator can tell a tenant to do. Each is planned first and applied for exactly what was planned. */
export const COMMANDS = [
  'cutover',
  'rollback',
  'resume-forge',
  'recover',
  'settle',
  'pause',
  'resume',
] as const;
export type Command = (typeof COMMANDS)[number];

/** What the commands stand on. */
export interface Operator {
  readonly pool: Pool;
  readonly config: CrossgradeConfig;
  readonly lanes: Lanes;
}

interface CommandFacts {
  readonly does: string;
  /** Stages it starts from. */
  readonly from: readonly Stage[];
  /** Stages in which it has nothing to do any more. */
  readonly done: readonly Stage[];
  /** Steps as the model names them, with what each means. */
  readonly steps: readonly string[];
  readonly needsReason: boolean;
  /** Whether it talks to Forge, so that it needs a living token. */
  readonly needsForge: boolean;
}

const ANY: readonly Stage[] = ['copy', 'verify', 'draining', 'live', 'rewinding', 'settled'];

export const FACTS: Readonly<Record<Command, CommandFacts>> = {
  cutover: {
    does: 'hand the tenant over to Forge',
    from: ['verify'],
    done: ['live', 'settled'],
    steps: [
      'check: a clean verification of the last 24 hours at this epoch, a living token, a way back for every record type',
      'close: Postgres takes no more writes; requests are parked',
      'drain: send what is dirty, then compare all digests',
      'flip: every head goes to Forge',
      'live: requests go on at Forge; after 10 seconds without an end everything is undone at a new epoch',
    ],
    needsReason: false,
    needsForge: true,
  },
  rollback: {
    does: 'take the tenant back to Postgres with every write made since',
    from: ['live', 'settled', 'rewinding'],
    done: [],
    steps: [
      'turn: Forge takes no more writes; requests are parked',
      'reverse: bring back what the log names, by keyed reads',
      'release: every head goes to Postgres at one new epoch',
      'open: Postgres takes writes again; the verification begins anew',
    ],
    needsReason: true,
    needsForge: true,
  },
  'resume-forge': {
    does: 'abort a rollback whose gate has not opened yet',
    from: ['rewinding'],
    done: ['live'],
    steps: ['resume: every head that is draining goes back to Forge at a new epoch'],
    needsReason: true,
    needsForge: true,
  },
  recover: {
    does: 'finish or undo what a dead process left',
    // The heads decide, not the stage: where they agree with it, nothing is changed.
    from: ANY,
    done: ['off', 'final'],
    steps: [
      'look: with every head at Forge a cut-over is finished; with all at Postgres and the gate open nothing is left to do',
      'converge: otherwise bring back what Forge wrote, lift all heads to one epoch and open Postgres there',
    ],
    needsReason: false,
    needsForge: true,
  },
  settle: {
    does: 'declare the tenant settled at Forge; a rollback stays possible',
    from: ['live'],
    done: ['settled'],
    steps: ['settle: the stage is recorded; reverse replication goes on'],
    needsReason: false,
    needsForge: false,
  },
  pause: {
    does: 'stop copying and reverse replication; who may write stays as it is',
    from: ANY,
    done: [],
    steps: ['pause: the condition is put beside the stage'],
    needsReason: true,
    needsForge: false,
  },
  resume: {
    does: 'take the condition away, so that work goes on',
    from: ANY,
    done: [],
    steps: ['resume: the condition is taken away; the next sweep takes up the work'],
    needsReason: true,
    needsForge: false,
  },
};

/** Whether the condition already is what the command would make of it; undefined when it has nothing to do with conditions. */
export function isDoneByCondition(command: Command, condition: Condition | null): boolean {
  if (command === 'pause') return condition === 'paused';
  return command === 'resume' && condition === null;
}
