import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { ListsHost } from '../hosts/host.ts';
import { Message } from '../kit/message.tsx';

/**
 * In the older panel, once the move has ended: where the newer one is. The checklists stay here to be read and changed, for
 * the newer panel stands on an issue only after somebody has added it there. Nothing is shown when it can't be found out.
 */
export function ReplacedNote({ host }: { readonly host: ListsHost }): ReactElement | null {
  const [isReplaced, setReplaced] = useState(false);
  useEffect(() => {
    let gone = false;
    host.isReplaced().then(
      (replaced) => {
        if (!gone) setReplaced(replaced);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [host]);
  if (!isReplaced) return null;
  return (
    <Message tone="information" role="status" title="Checklists have a new panel.">
      It is called “Checklists (new)” and shows the same checklists. Where an issue does not have it
      yet, add it from the issue’s apps. This panel will go away later.
    </Message>
  );
}
