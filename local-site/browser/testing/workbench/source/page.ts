import * as bridge from '@forge/bridge';
import * as jira from '@forge/jira-bridge';

/*
 * One page for every Forge module of the workbench: it says where it stands, shows a form where the place has one, and hands
 * both bridges to tests.
 */
Object.assign(globalThis, { bridge, jira });

interface Extension {
  readonly type: string;
  readonly entryPoint?: 'view' | 'create' | 'edit';
  readonly issue?: { readonly key: string };
  readonly project?: { readonly key: string };
  readonly gadgetConfiguration?: { readonly word?: string };
  readonly validatorConfig?: string;
  readonly modal?: unknown;
}

const root = document.getElementById('root') ?? document.body;

await bridge.view.theme.enable();
const { extension, moduleKey } = (await bridge.view.getContext()) as unknown as {
  extension: Extension;
  moduleKey: string;
};
const saved = wordOf(extension);
const isForm = extension.entryPoint === 'edit' || extension.entryPoint === 'create';

add('h3', isForm ? 'What should it be?' : `${moduleKey} on Forge`);
add('p', facts(extension).join(' · '));
if (isForm) form();
else if (saved !== undefined) add('p', `Configured: ${saved}`);

function facts({ type, issue, project, entryPoint }: Extension): string[] {
  return [type, entryPoint, issue?.key, project?.key].filter((each) => each !== undefined);
}

function wordOf({ gadgetConfiguration, validatorConfig }: Extension): string | undefined {
  if (validatorConfig !== undefined) return (JSON.parse(validatorConfig) as { word: string }).word;
  return gadgetConfiguration?.word;
}

/** A gadget submits its view; a workflow rule is asked for its configuration by the host. */
function form(): void {
  const label = add('label', 'Word ');
  const input = document.createElement('input');
  input.value = saved ?? '';
  label.append(input);
  if (extension.type === 'jira:dashboardGadget') {
    const button = add('button', 'Save');
    button.addEventListener('click', () => void bridge.view.submit({ word: input.value }));
    return;
  }
  void jira.workflowRules.onConfigure(() => {
    // Nothing typed: the host must not save.
    if (input.value === '') return undefined as unknown as string;
    return JSON.stringify({ word: input.value });
  });
}

function add(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  root.append(element);
  return element;
}
