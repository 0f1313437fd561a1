import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Template } from '../../checklist/index.ts';
import { LIMITS, limitSentence } from '../../checklist/index.ts';
import type { TemplatesHost } from '../hosts/host.ts';
import { Button } from '../kit/button.tsx';
import { AddIcon, RefreshIcon } from '../kit/icons.tsx';
import { localTime } from '../kit/local-time.ts';
import { Message } from '../kit/message.tsx';
import { useLoaded } from '../kit/use-loaded.ts';
import { TemplateCard } from './template-card.tsx';
import { TemplateEditor } from './template-editor.tsx';

/** The project's templates: create, edit, delete. */
export function TemplatesPage({ host }: { readonly host: TemplatesHost }): ReactElement {
  const { value, failure, asOf, reload, accept } = useLoaded(() => host.templates());
  const [editing, setEditing] = useState<'new' | Template | null>(null);

  const saved = (template: Template): void => {
    const others = (value ?? []).filter(({ id }) => id !== template.id);
    accept([...others, template].sort((a, b) => a.name.localeCompare(b.name)));
    setEditing(null);
  };
  const full = (value?.length ?? 0) >= LIMITS.templatesPerProject;
  const retry = (
    <Button look="subtle" icon={<RefreshIcon />} onClick={() => void reload()}>
      Try again
    </Button>
  );

  return (
    <div className="wide">
      <header className="page-head">
        <div>
          <h1 className="page-title">Checklist templates</h1>
          <p className="page-lead">
            Write a list once, use it on any issue of this project. A later change of a template
            leaves lists that were made from it as they are.
          </p>
        </div>
        {value && value.length > 0 && editing === null && !full && (
          <Button look="primary" icon={<AddIcon />} onClick={() => setEditing('new')}>
            New template
          </Button>
        )}
      </header>
      {failure && value && (
        <Message
          tone="warning"
          role="status"
          title={`Showing the templates as they were ${asOf ? `at ${localTime(asOf, new Date())}` : 'last'}.`}
          actions={retry}
        >
          {failure.message}
        </Message>
      )}
      {failure && !value && (
        <Message
          tone="error"
          role="alert"
          title="The templates cannot be shown right now."
          actions={retry}
        >
          {failure.message} {failure.next} This does not mean that there are none.
        </Message>
      )}
      {!value && !failure && <LoadingTemplates />}
      {editing === 'new' && (
        <TemplateEditor
          template={null}
          onCancel={() => setEditing(null)}
          onSave={async (body) => saved(await host.createTemplate(body))}
        />
      )}
      {value?.length === 0 && editing === null && (
        <div className="empty empty-wide">
          <div className="empty-body">
            <h2 className="empty-title">No templates yet</h2>
            <p className="empty-text">
              A definition of done, a release, a bug’s triage: anything your team checks again and
              again.
            </p>
            <Button look="primary" icon={<AddIcon />} onClick={() => setEditing('new')}>
              New template
            </Button>
          </div>
        </div>
      )}
      {value && value.length > 0 && (
        <ul className="cards" aria-label="Templates">
          {value.map((template) => (
            <li key={template.id}>
              {editing !== 'new' && editing?.id === template.id ? (
                <TemplateEditor
                  template={template}
                  onCancel={() => setEditing(null)}
                  onSave={async (body) => saved(await host.updateTemplate(template.id, body))}
                />
              ) : (
                <TemplateCard
                  template={template}
                  onEdit={() => setEditing(template)}
                  onDelete={async () => {
                    await host.deleteTemplate(template.id);
                    accept(value.filter(({ id }) => id !== template.id));
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {full && <p className="limit-note">{limitSentence('templatesPerProject')}</p>}
    </div>
  );
}

function LoadingTemplates(): ReactElement {
  return (
    <div className="loading" role="status" aria-label="Loading the templates">
      <div className="skeleton skeleton-card" />
      <div className="skeleton skeleton-card" />
    </div>
  );
}
