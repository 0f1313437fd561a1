/**
 * A page for tests: the real interface over `MemoryHost`. The query says which page (`?page=panel`) and theme (`&theme=dark`); it is
 * shown when a test calls `window.harness.show()`, after it has put data in.
 */
import '../styles/index.css';
import { AdminPage } from '../admin/admin-page.tsx';
import { UpgradeTab } from '../admin/upgrade-tab.tsx';
import { HostError } from '../hosts/host-error.ts';
import { mount } from '../kit/mount.tsx';
import { Panel } from '../panel/panel.tsx';
import { TemplatesPage } from '../template-page/templates-page.tsx';
import { MemoryHost } from './memory-host.ts';

export interface Harness {
  readonly host: MemoryHost;
  readonly show: () => void;
  /** The next write fails with this code. */
  readonly failNext: (code: string, message: string) => void;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

const host = new MemoryHost();
const query = new URLSearchParams(window.location.search);
document.documentElement.dataset['colorMode'] = query.get('theme') ?? 'light';

const pages = {
  panel: () => <Panel host={host} />,
  templates: () => <TemplatesPage host={host} />,
  admin: () => <AdminPage host={host} />,
  upgrade: () => (
    <div className="wide">
      <UpgradeTab host={host} />
    </div>
  ),
};

window.harness = {
  host,
  show: () => {
    const page = pages[(query.get('page') ?? 'panel') as keyof typeof pages];
    mount(host.frame, page());
  },
  failNext: (code, message) => {
    host.failNext = new HostError(code, message, 'Try again.');
  },
};
