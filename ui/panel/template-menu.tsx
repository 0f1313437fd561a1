import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Template } from '../../checklist/index.ts';
import { asHostError } from '../hosts/host-error.ts';
import type { MenuAction, MenuProps, MenuSection } from '../kit/menu.tsx';
import { Menu } from '../kit/menu.tsx';
import { usePanelTools } from './panel-context.ts';

export interface TemplateMenuProps extends Pick<MenuProps, 'label' | 'trigger'> {
  /** Actions above the templates. */
  readonly actions?: readonly MenuAction[];
}

/** A menu with the project's templates, read when it opens. Choosing one applies it. */
export function TemplateMenu({ label, trigger, actions }: TemplateMenuProps): ReactElement {
  const { host, model, changes, newId } = usePanelTools();
  const [templates, setTemplates] = useState<readonly Template[] | string | null>(null);

  const read = (): void => {
    setTemplates(null);
    host.templates().then(setTemplates, (error: unknown) => {
      setTemplates(`${asHostError(error).message} Templates cannot be shown.`);
    });
  };

  const section = (): MenuSection => {
    const title = 'From a template';
    if (templates === null) return { title, actions: [], note: 'Loading…' };
    if (typeof templates === 'string') return { title, actions: [], note: templates };
    if (templates.length === 0) {
      const note = 'This project has no templates yet. Add some under “Checklist templates”.';
      return { title, actions: [], note };
    }
    return {
      title,
      actions: templates.map((template) => ({
        label: template.name,
        hint: template.items.length === 1 ? '1 item' : `${template.items.length} items`,
        run: () => model.change(changes.applyTemplate(newId(), template)),
      })),
    };
  };

  const own: MenuSection[] = actions ? [{ actions }] : [];
  return <Menu label={label} trigger={trigger} onOpen={read} sections={[...own, section()]} />;
}
