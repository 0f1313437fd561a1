import type { IssueScope, UpgradeStatus } from '../../checklist/index.ts';
import {
  ChecklistError,
  addItem,
  addList,
  applyTemplate,
  createTemplate,
  deleteItem,
  deleteList,
  deleteTemplate,
  editItem,
  moveItem,
  moveList,
  parseRequest,
  putSetting,
  readLists,
  readSetting,
  readTemplates,
  renameList,
  requests,
  updateTemplate,
} from '../../checklist/index.ts';
import { MemoryStore } from '../../checklist/testing/memory-store.ts';
import type { Host } from '../hosts/host.ts';
import { HostError } from '../hosts/host-error.ts';

const scope: IssueScope = { issueId: '10001', projectId: '10000', actor: 'uma' };
const supplies = { now: () => new Date(), newId: () => crypto.randomUUID() };

/**
 * A host whose other side is in the page: the real request schemas and use cases over a store in memory. `failNext` and
 * `unreachable` make it fail the way the real ones do.
 */
export class MemoryHost implements Host {
  readonly store = new MemoryStore();
  readonly frame = { resize: (height: number) => void this.heights.push(height) };
  readonly heights: number[] = [];
  /** Every call from now on fails until it is set back. */
  unreachable = false;
  /** The next write fails with this. */
  failNext: HostError | null = null;
  /** How long every call takes, in milliseconds. */
  delay = 0;
  status: UpgradeStatus = {
    state: 'connect',
    recordsTotal: 0,
    recordsCopied: 0,
    differences: null,
    startedAt: null,
    lastCheckedAt: null,
    expectedEndAt: null,
    setAside: [],
    link: { state: 'unlinked', channels: [], reason: null },
  };

  readonly lists: Host['lists'] = () => this.#read(() => readLists(this.store, scope));
  readonly addList: Host['addList'] = (body) =>
    this.#write(() => addList(this.store, scope, parseRequest(requests.addList, body), supplies));
  readonly applyTemplate: Host['applyTemplate'] = (body) =>
    this.#write(() =>
      applyTemplate(this.store, scope, parseRequest(requests.applyTemplate, body), supplies),
    );
  readonly renameList: Host['renameList'] = (id, body) =>
    this.#write(() =>
      renameList(this.store, scope, id, parseRequest(requests.renameList, body), supplies),
    );
  readonly moveList: Host['moveList'] = (id, body) =>
    this.#write(() => moveList(this.store, scope, id, parseRequest(requests.move, body), supplies));
  readonly deleteList: Host['deleteList'] = (id) =>
    this.#write(() => deleteList(this.store, scope, id, supplies));
  readonly addItem: Host['addItem'] = (id, body) =>
    this.#write(() =>
      addItem(this.store, scope, id, parseRequest(requests.addItem, body), supplies),
    );
  readonly editItem: Host['editItem'] = (id, itemId, body) =>
    this.#write(() =>
      editItem(this.store, scope, id, itemId, parseRequest(requests.editItem, body), supplies),
    );
  readonly moveItem: Host['moveItem'] = (id, itemId, body) =>
    this.#write(() =>
      moveItem(this.store, scope, id, itemId, parseRequest(requests.move, body), supplies),
    );
  readonly deleteItem: Host['deleteItem'] = (id, itemId) =>
    this.#write(() => deleteItem(this.store, scope, id, itemId, supplies));
  readonly templates: Host['templates'] = () => this.#read(() => readTemplates(this.store, scope));
  readonly createTemplate: Host['createTemplate'] = (body) =>
    this.#write(() =>
      createTemplate(this.store, scope, parseRequest(requests.createTemplate, body), supplies),
    );
  readonly updateTemplate: Host['updateTemplate'] = (id, body) =>
    this.#write(() =>
      updateTemplate(this.store, scope, id, parseRequest(requests.updateTemplate, body), supplies),
    );
  readonly deleteTemplate: Host['deleteTemplate'] = (id) =>
    this.#write(() => deleteTemplate(this.store, scope, id, supplies));
  readonly setting: Host['setting'] = (name) => this.#read(() => readSetting(this.store, name));
  /** What `isReplaced` answers. */
  replaced = false;
  readonly isReplaced: Host['isReplaced'] = () => this.#read(() => Promise.resolve(this.replaced));
  readonly putSetting: Host['putSetting'] = (name, value) =>
    this.#write(() =>
      putSetting(
        this.store,
        scope.actor,
        parseRequest(requests.putSetting, { scope: name, value }),
        supplies,
      ),
    );
  readonly upgradeStatus: Host['upgradeStatus'] = () =>
    this.#read(() => Promise.resolve(this.status));
  readonly exportEverything: Host['exportEverything'] = () =>
    this.#read(async () => ({
      name: 'tally-export.json',
      content: new Blob([JSON.stringify({ lists: await readLists(this.store, scope) })]),
    }));

  async #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#read(() => {
      const failure = this.failNext;
      this.failNext = null;
      if (failure) throw failure;
      return work();
    });
  }

  async #read<T>(work: () => Promise<T>): Promise<T> {
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (this.unreachable) {
      throw new HostError(
        'database_unavailable',
        'Tally’s database cannot be reached right now.',
        'Try again in a moment.',
      );
    }
    try {
      return await work();
    } catch (error) {
      if (error instanceof ChecklistError) {
        throw new HostError(error.code, error.message, error.next, { cause: error });
      }
      throw error;
    }
  }
}
