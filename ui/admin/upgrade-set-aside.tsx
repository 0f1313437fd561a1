import type { ReactElement } from 'react';
import { useState } from 'react';
import type { SetAside } from '../../checklist/index.ts';
import { Button } from '../kit/button.tsx';

const SHOWN = 10;

/** What could not be copied as it is, each with its reason. */
export function UpgradeSetAside({
  records,
}: {
  readonly records: readonly SetAside[];
}): ReactElement {
  const [all, setAll] = useState(false);
  const shown = all ? records : records.slice(0, SHOWN);
  return (
    <section className="block" aria-labelledby="upgrade-aside">
      <h2 className="block-title" id="upgrade-aside">
        Left aside
      </h2>
      <p className="block-text">
        These cannot be copied as they are. They work as before; nothing was cut.
      </p>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Why</th>
              <th scope="col">Issue</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, what, reason, issueId }) => (
              <tr key={key}>
                <th scope="row">{what}</th>
                <td>{reason}</td>
                <td className="table-quiet">{issueId ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {records.length > shown.length && (
        <Button look="subtle" onClick={() => setAll(true)}>
          Show all {records.length}
        </Button>
      )}
    </section>
  );
}
