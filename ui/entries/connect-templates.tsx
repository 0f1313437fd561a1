import '../styles/index.css';
import { connectHost } from '../hosts/connect/connect-host.ts';
import { mount } from '../kit/mount.tsx';
import { TemplatesPage } from '../template-page/templates-page.tsx';

const host = connectHost(window.location);
mount(host.frame, <TemplatesPage host={host} />);
