import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import {
  CALLER_HEADER,
  formatCaller,
  type ChecklistStore,
  type FunctionCaller,
  type IssueScope,
  type KnownRecords,
  type Supplies,
} from '../../checklist/index.ts';
import { createRecentWrites } from '../../checklist/records/index.ts';
import { askKnown } from '../remote/ask-known.ts';
import { askApi, type Question } from '../remote/ask-remote.ts';
import { parseAnswer } from '../remote/parse-answer.ts';
import { tellWritten } from '../remote/tell-written.ts';
import { atAuthority } from '../store/at-authority.ts';
import { FunctionChecklistStore } from '../store/function-checklist-store.ts';
import { openTarget } from '../store/open-target.ts';

/** One call of the issue panel: who asks for which issue, as Jira has confirmed, and both ways to do what is asked. */
export interface PanelCall {
  readonly scope: IssueScope;
  readonly supplies: Supplies;
  /**
   * Runs `here` on Forge's store when Forge is the authority, and otherwise asks `there`, a route of the server's JSON API
   * below `/api/`, whose answer is read with `schema`. Both do the same, and one of them is done.
   */
  readonly run: <T>(
    here: (store: ChecklistStore) => Promise<T>,
    there: Pick<Question, 'method' | 'path' | 'body'>,
    schema: z.ZodType<T>,
  ) => Promise<T>;
}

export interface CallParts {
  readonly scope: IssueScope;
  readonly caller: FunctionCaller;
  /** Names the installation. */
  readonly installation: string;
  /** Lists that the page knows of. */
  readonly seen: readonly string[];
}

/** What this process wrote lately: where a platform keeps it warm, a person finds at once what they just made. */
const recent = createRecentWrites(Date.now);

const supplies: Supplies = { now: () => new Date(), newId: randomUUID };

/** Makes it for one invocation. */
export function panelCall({ scope, caller, installation, seen }: CallParts): PanelCall {
  return {
    scope,
    supplies,
    run: (here, there, schema) =>
      atAuthority(openTarget, {
        here: (context) => {
          const known = (): Promise<KnownRecords> => askKnown(caller);
          const parts = { context, installation, recent, seen, known, written: tellWritten };
          return here(new FunctionChecklistStore(parts));
        },
        there: async () => {
          const headers = { [CALLER_HEADER]: formatCaller(caller) };
          const text = await askApi({ ...there, path: `/forge/api/${there.path}`, headers });
          return parseAnswer(schema, text === '' ? 'null' : text);
        },
      }),
  };
}
