import { liveFrame } from '../frames.ts';
import { openIssue } from '../issue-overlay.ts';
import { ask, reportUnmodelled } from '../server.ts';
import { softRefresh } from '../soft-refresh.ts';
import { connectHost } from './connect-host.ts';
import type { ModuleCallback } from './connect-host.ts';
import { frameOf } from './frame-of.ts';

/** What the app answers when it is asked to save a workflow rule. */
interface Saved {
  readonly valid: boolean;
  readonly value?: string;
}

const saving = new Map<string, (answer: Saved) => void>();

/** Methods of `AP.jira` that this site does not do: they are there, and their use is recorded. */
const UNMODELLED = ['openCreateIssueDialog', 'openDatePicker', 'initJQLEditor', 'showJQLEditor'];

/**
 * `AP.jira` [doc: Connect JavaScript API, Jira]. `WorkflowConfiguration` and `DashboardItem` live in the frame
 * (frame/ap-product.ts); `_localJira` is how their answers come back.
 */
export function defineJiraModule(): void {
  connectHost.defineModule('jira', {
    refreshIssuePage: () => void softRefresh(),
    openIssueDialog: (issueKey: string, ...rest: unknown[]) => {
      const callback = rest.find((each) => typeof each === 'function') as
        ModuleCallback | undefined;
      void openIssue(issueKey).then(() => callback?.());
    },
    getWorkflowConfiguration: (callback: ModuleCallback) => {
      const purpose = frameOf(callback)?.purpose ?? {};
      void ask<{ configuration: string }>('connect/configuration', { purpose }).then(
        ({ configuration }) => {
          callback(configuration);
        },
      );
    },
    isDashboardItemEditable: (callback: ModuleCallback) => {
      const gadget = gadgetElement(callback);
      callback(gadget?.querySelector('form input[name="gadgetId"]') != null);
    },
    setDashboardItemTitle: (title: string, callback: ModuleCallback) => {
      const heading = gadgetElement(callback)?.querySelector('h2');
      if (heading != null) heading.textContent = title;
    },
    ...Object.fromEntries(
      UNMODELLED.map((name) => [
        name,
        () => {
          reportUnmodelled('connect', `AP.jira.${name}`);
        },
      ]),
    ),
  });
  connectHost.defineModule('_localJira', {
    saved: (answer: Saved, callback: ModuleCallback) => {
      const id = callback._context.extension_id;
      saving.get(id)?.(answer);
      saving.delete(id);
    },
  });
}

/** Asks the app's form in a frame for the configuration: `onSaveValidation` first, then `onSave`. */
export function workflowConfiguration(extensionId: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    saving.set(extensionId, ({ valid, value }) => {
      resolve(valid ? value : undefined);
    });
    connectHost.broadcastEvent('_local_workflow_save', { id: extensionId }, {});
  });
}

/** The card around a gadget's frame. */
function gadgetElement(callback: ModuleCallback): Element | null {
  const frame = frameOf(callback);
  if (frame === undefined || liveFrame(frame.elementId) === undefined) return null;
  return document.getElementById(frame.elementId)?.closest('[data-gadget]') ?? null;
}
