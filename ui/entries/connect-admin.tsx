import '../styles/index.css';
import { AdminPage } from '../admin/admin-page.tsx';
import { connectHost } from '../hosts/connect/connect-host.ts';
import { mount } from '../kit/mount.tsx';

const host = connectHost(window.location);
const upgrade = window.location.hash === '#upgrade' ? { initial: 'upgrade' as const } : {};
mount(host.frame, <AdminPage host={host} {...upgrade} />);
