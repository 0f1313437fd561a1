import type { ForgeFrame } from '../../page-data.ts';
import { openIssue } from '../issue-overlay.ts';
import { readPageData } from '../page-data.ts';
import { ask } from '../server.ts';
import { softRefresh } from '../soft-refresh.ts';
import type { Operation } from './operation.ts';
import { createPageHistory } from './page-history.ts';

const data = readPageData();

/**
 * The operations of `view` and of the Jira bridge. Where a view cannot do what is asked, they answer false, of which the
 * bridge makes its own error [code: `@forge/bridge` 7.2.0].
 */
export const viewOperations: Readonly<Record<string, Operation>> = {
  createHistory: (_payload, { frame, objects, port, signal }) => {
    if (!frame.fullPage) throw new Error('createHistory is available in full pages only.');
    return createPageHistory(data.pagePath, objects, port, signal);
  },
  changeWindowTitle: (title, { frame }) => {
    if (!frame.fullPage) throw new Error('The window title can be changed in full pages only.');
    document.title = typeof title === 'string' ? title : '';
  },
  close: (payload, { closable, frame }) => {
    if (closable !== undefined) closable.close(payload);
    else if (isGadgetForm(frame)) leaveForm();
    else return false;
    return true;
  },
  onClose: (callback, { port, closable }) => {
    closable?.onClose(port.callable(callback));
    return closable !== undefined;
  },
  submit: async (payload, { frame }) => {
    const { gadget } = frame.purpose;
    if (gadget === undefined || !isGadgetForm(frame)) return false;
    await ask('dashboard/configure', { ...gadget, configuration: payload });
    leaveForm();
    return true;
  },
  refresh: async (_payload, { frame, reload }) => {
    if (frame.purpose.gadget !== undefined) reload();
    else if (isOfIssue(frame)) await softRefresh();
    else return false;
    return true;
  },
  open: () => false,
  emitReadyEvent: () => undefined,
  getFrameId: (_payload, { frame }) => frame.elementId,
  refreshIssueView: async (_payload, { frame }) => {
    if (!isOfIssue(frame)) return false;
    await softRefresh();
    return true;
  },
  openIssueViewModal: ({ data: options }, { port }) => {
    const { context, onClose } = options as { context: { issueKey: string }; onClose: unknown };
    void openIssue(context.issueKey).then(port.callable(onClose));
    return true;
  },
  setWorkflowRuleConfigurationCallback: ({ data: options }, { frame, port, setConfiguration }) => {
    const { entry, rule } = frame.purpose;
    if (rule === undefined || entry === 'view') return false;
    const { onConfigure } = options as { onConfigure: unknown };
    setConfiguration(() => port.call(onConfigure));
    return true;
  },
};

function isOfIssue({ moduleType }: ForgeFrame): boolean {
  return moduleType.startsWith('jira:issue');
}

function isGadgetForm({ purpose }: ForgeFrame): boolean {
  return purpose.gadget !== undefined && purpose.entry === 'edit';
}

/** Back to the dashboard without `?edit=`, after the answer has reached the frame. */
function leaveForm(): void {
  setTimeout(() => {
    location.assign(data.pagePath);
  }, 0);
}
