import '../styles/index.css';
import { forgePanelHost } from '../hosts/forge/forge-panel-host.ts';
import { mount } from '../kit/mount.tsx';
import { Panel } from '../panel/panel.tsx';

const host = forgePanelHost();
mount(host.frame, <Panel host={host} />);
