/*
 * The parts of `AP` that Atlassian's own all.js keeps inside the frame, written from their documentation:
 * `AP.jira.WorkflowConfiguration`, `AP.jira.DashboardItem` and repeated `AP.history.popState`.
 * A classic script: no imports that remain, everything inside one function.
 */
(() => {
  type Listener = (...values: unknown[]) => unknown;

  interface Modules {
    jira?: Record<string, unknown>;
    history?: Record<string, unknown> & { popState?: (listener: Listener) => void };
    _localJira?: { saved(answer: object, done: () => void): void };
  }

  interface Host extends Modules {
    _hostModules?: Modules;
    register?: (handlers: Record<string, (event: unknown) => void>) => void;
  }

  const { AP } = globalThis as unknown as { AP?: Host };
  const modules = AP?._hostModules;
  // Outside of a frame there is no host, and AP is an empty shell.
  if (AP?.register === undefined || modules?._localJira === undefined) return;
  const reply = modules._localJira;

  let validation: Listener | undefined;
  let save: Listener | undefined;
  const editListeners: Listener[] = [];
  const popListeners: Listener[] = [];

  /** Jira makes a text of whatever `onSave` returns: an object becomes `[object Object]`, nothing an empty text. */
  const saved = (): string => [save?.()].join('');

  const WorkflowConfiguration = {
    onSaveValidation: (listener: Listener): void => {
      validation = listener;
    },
    onSave: (listener: Listener): void => {
      save = listener;
    },
    /** What the host asks for, and the app may as well: the value only when it is valid. */
    trigger: (): { valid: boolean; value: string | undefined } => {
      const valid = validation === undefined || Boolean(validation());
      return { valid, value: valid ? saved() : undefined };
    },
  };
  const DashboardItem = {
    onDashboardItemEdit: (listener: Listener): void => {
      editListeners.push(listener);
    },
  };
  for (const jira of [AP.jira, modules.jira]) {
    if (jira !== undefined) Object.assign(jira, { WorkflowConfiguration, DashboardItem });
  }

  const hostPopState = modules.history?.popState;
  const popState = (listener: Listener): void => {
    if (popListeners.length === 0) hostPopState?.(() => undefined);
    popListeners.push(listener);
  };
  for (const history of [AP.history, modules.history]) {
    if (history !== undefined) Object.assign(history, { popState });
  }

  AP.register({
    _local_workflow_save: () => {
      reply.saved(WorkflowConfiguration.trigger(), () => undefined);
    },
    _local_dashboard_edit: () => {
      for (const listener of editListeners) listener();
    },
    _local_popstate: (event) => {
      for (const listener of popListeners) listener(event);
    },
  });
})();
