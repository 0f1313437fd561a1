import type { ReactElement } from 'react';
import type { UpgradeWords } from '../../checklist/index.ts';
import { localTime } from '../kit/local-time.ts';
import { ProgressBar } from '../kit/progress-bar.tsx';

/** How far the copy is: a bar, and the facts in words. */
export function UpgradeProgress({
  words,
}: {
  readonly words: UpgradeWords['progress'];
}): ReactElement {
  return (
    <section className="block" aria-labelledby="upgrade-progress">
      <div className="block-head">
        <h2 className="block-title" id="upgrade-progress">
          Progress
        </h2>
        <p className="block-aside" data-testid="progress-label">
          {words.label}
        </p>
      </div>
      <ProgressBar label="Copied to Atlassian" fraction={words.fraction} valueText={words.label} />
      <dl className="facts">
        {words.facts.map(({ label, value }) => (
          <div key={label} className="fact">
            <dt>{label}</dt>
            <dd>
              {typeof value === 'string' ? (
                value
              ) : (
                <time dateTime={value.time}>{localTime(new Date(value.time), new Date())}</time>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
