import type { FormEvent, ReactElement } from 'react';
import { useId, useState } from 'react';
import type { Setting } from '../../checklist/index.ts';
import { LIMITS, countCharacters, limitSentence, panelSettings } from '../../checklist/index.ts';
import type { SettingsHost } from '../hosts/host.ts';
import { asHostError } from '../hosts/host-error.ts';
import { Button } from '../kit/button.tsx';
import { RefreshIcon } from '../kit/icons.tsx';
import { Message } from '../kit/message.tsx';
import { useLoaded } from '../kit/use-loaded.ts';

/** The site's settings. Shown only when they are known, so that saving never overwrites what could not be read. */
export function SettingsForm({ host }: { readonly host: SettingsHost }): ReactElement {
  const { value, failure, reload, accept } = useLoaded(() => host.setting('site'));
  if (value) return <Form host={host} setting={value} onSaved={accept} />;
  if (!failure) {
    return (
      <div className="loading" role="status" aria-label="Loading the settings">
        <div className="skeleton skeleton-line skeleton-middle" />
        <div className="skeleton skeleton-line skeleton-long" />
      </div>
    );
  }
  return (
    <Message
      tone="error"
      role="alert"
      title="The settings cannot be shown right now."
      actions={
        <Button icon={<RefreshIcon />} onClick={() => void reload()}>
          Try again
        </Button>
      }
    >
      {failure.message} {failure.next}
    </Message>
  );
}

interface FormProps {
  readonly host: SettingsHost;
  readonly setting: Setting;
  readonly onSaved: (setting: Setting) => void;
}

function Form({ host, setting, onSaved }: FormProps): ReactElement {
  const known = panelSettings(setting.value);
  const [name, setName] = useState(known.defaultListName);
  const [hideDone, setHideDone] = useState(known.hideDone);
  const [state, setState] = useState<'resting' | 'saving' | 'saved'>('resting');
  const [failure, setFailure] = useState<string | null>(null);
  const id = useId();
  const over = countCharacters(name.trim()) > LIMITS.listNameCharacters;

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setState('saving');
    setFailure(null);
    try {
      // Keys this page does not know stay as they are.
      const value = { ...setting.value, defaultListName: name.trim(), hideDone };
      onSaved(await host.putSetting('site', value));
      setState('saved');
    } catch (error) {
      const { message, next } = asHostError(error);
      setFailure(`${message} ${next}`);
      setState('resting');
    }
  };

  return (
    <form
      className="form"
      onSubmit={(event) => void save(event)}
      onChange={() => setState('resting')}
    >
      <label className="field-label" htmlFor={`${id}-name`}>
        Name of a new checklist
      </label>
      <input
        id={`${id}-name`}
        className="field"
        value={name}
        autoComplete="off"
        aria-describedby={`${id}-note`}
        aria-invalid={over}
        onChange={(event) => setName(event.target.value)}
      />
      <p id={`${id}-note`} className={over ? 'entry-note entry-note-over' : 'entry-note'}>
        {over ? limitSentence('listNameCharacters') : 'Offered when somebody adds a checklist.'}
      </p>
      <label className="check-line">
        <input
          type="checkbox"
          checked={hideDone}
          onChange={(event) => setHideDone(event.target.checked)}
        />
        <span>Hide finished items when an issue opens</span>
      </label>
      {failure !== null && (
        <Message tone="error" role="alert" title="The settings were not saved.">
          {failure}
        </Message>
      )}
      <div className="row-of-buttons">
        <Button look="primary" submit disabled={state === 'saving' || over || name.trim() === ''}>
          {state === 'saving' ? 'Saving…' : 'Save'}
        </Button>
        <span role="status" className="saved-note">
          {state === 'saved' ? 'Saved.' : ''}
        </span>
      </div>
    </form>
  );
}
