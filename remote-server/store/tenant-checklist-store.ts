import { setTimeout as sleep } from 'node:timers/promises';
import type { ChecklistStore } from '../../checklist/index.ts';
import {
  Elsewhere,
  listKey,
  settingKey,
  templateKey,
  untilSettled,
} from '../../checklist/records/index.ts';
import { errorLike } from '../errors/error-like.ts';
import { RemoteError } from '../errors/remote-error.ts';
import type { ForgeTargets } from '../forge/forge-targets.ts';
import { ForgeChecklistStore, type ForgeStoreParts } from './forge-checklist-store.ts';
import { createPlacedReader, type Placed } from './placed-reader.ts';
import { createPostgresChecklistStore, NotHere } from './postgres-checklist-store.ts';
import type { ShadowReads } from './shadow-reads.ts';

export interface TenantStoreParts extends ForgeStoreParts {
  readonly targets: ForgeTargets;
  /** Told of each read that was answered from the authority, to compare a share of them. */
  readonly shadow: Pick<ShadowReads, 'seen'>;
  /** When a tenant's writes last asked Forge for the end of a hand-over, in this process; epoch milliseconds. */
  readonly lastLooks: Map<string, number>;
  readonly now: () => number;
  /** Milliseconds a request waits for a hand-over to end. (Default: 10,000, as long as a hand-over may take) */
  readonly parkMs?: number;
}

/** Milliseconds between two writes of a tenant that ask Forge for the end of a hand-over, in one process. */
const LOOK_MS = 400;

/** SQLSTATE of a write at a closed gate. */
const GATE_CLOSED = '55006';

/**
 * One tenant's checklists, wherever they live **at this call**. Postgres is tried first, and tells in the statement that
 * reads whether it is the authority: as long as it is, that costs nothing. At a closed gate the call goes to Forge, whose
 * heads tell the same. When neither is the authority, a hand-over is under way: the call waits for its end and begins anew,
 * and after ten seconds it fails with `handover_in_progress`. Nothing about the authority is kept between calls, and a copy
 * is never answered as if it were current.
 */
export function createTenantChecklistStore(
  parts: TenantStoreParts,
  tenant: string,
): ChecklistStore {
  const { db, hooks } = parts;
  const postgres = createPostgresChecklistStore(db, tenant, hooks);
  const reader = createPlacedReader(db, tenant);

  const forge = async (isWrite = false): Promise<ForgeChecklistStore> => {
    const target = await parts.targets.of(tenant);
    // A closed gate without a target: no hand-over is going on whose end could be waited for.
    if (target === undefined) throw parked();
    if (isWrite && !mayLook(target.row.stage)) throw new Elsewhere('D');
    return new ForgeChecklistStore(parts, tenant, target);
  };

  /**
   * While a hand-over is under way, one write at a time asks Forge whether it is over; the others only wait. Each look costs
   * units of the very quota that the hand-over needs: if all asked, it would starve and undo itself.
   */
  const mayLook = (stage: string): boolean => {
    if (stage !== 'draining' && stage !== 'rewinding') return true;
    const { lastLooks, now } = parts;
    if (now() - (lastLooks.get(tenant) ?? 0) < LOOK_MS) return false;
    lastLooks.set(tenant, now());
    return true;
  };

  const parking = {
    now: parts.now,
    sleep,
    parked,
    ...(parts.parkMs === undefined ? {} : { parkMs: parts.parkMs }),
  };

  const read = <T>(
    held: () => Promise<Placed<T>>,
    atForge: (store: ForgeChecklistStore, placed: Placed<T>) => Promise<T>,
    keysOf: (answer: T) => readonly string[],
  ): Promise<T> =>
    untilSettled(parking, async () => {
      const placed = await held();
      const answer =
        placed.place === 'postgres' ? placed.held : await atForge(await forge(), placed);
      if (placed.place !== 'between') parts.shadow.seen(tenant, keysOf(answer));
      return answer;
    });

  return {
    listsOfIssue: (issueId) =>
      read(
        () => reader.listsOfIssue(issueId),
        (store, placed) => store.listsOfIssue(issueId, placed),
        (lists) => lists.map(({ id }) => listKey(id)),
      ),
    list: (listId) =>
      read(
        () => reader.list(listId),
        (store, placed) => store.list(listId, placed),
        () => [listKey(listId)],
      ),
    templatesOfProject: (projectId) =>
      read(
        () => reader.templatesOfProject(projectId),
        (store, placed) => store.templatesOfProject(projectId, placed),
        (templates) => templates.map(({ id }) => templateKey(id)),
      ),
    template: (templateId) =>
      read(
        () => reader.template(templateId),
        (store, placed) => store.template(templateId, placed),
        () => [templateKey(templateId)],
      ),
    setting: (scope) =>
      read(
        () => reader.setting(scope),
        (store, placed) => store.setting(scope, placed),
        () => [settingKey(scope)],
      ),
    change: (lock, work) =>
      untilSettled(parking, async () => {
        try {
          return await postgres.change(lock, work);
        } catch (error) {
          if (!isClosed(error)) throw error;
        }
        const store = await forge(true);
        return store.change(lock, work);
      }),
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof NotHere || errorLike(error)?.code === GATE_CLOSED;
}

function parked(cause?: unknown): RemoteError {
  return new RemoteError('handover_in_progress', 'This data is being handed over right now.', {
    next: 'Try again in a few seconds.',
    cause,
  });
}
