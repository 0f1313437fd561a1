import '../styles/index.css';
import { connectHost } from '../hosts/connect/connect-host.ts';
import { mount } from '../kit/mount.tsx';
import { Panel } from '../panel/panel.tsx';

const host = connectHost(window.location);
mount(host.frame, <Panel host={host} />);
