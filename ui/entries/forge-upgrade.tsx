import '../styles/index.css';
import { UpgradeTab } from '../admin/upgrade-tab.tsx';
import { forgeUpgradeHost } from '../hosts/forge/forge-upgrade-host.ts';
import { mount } from '../kit/mount.tsx';

const host = forgeUpgradeHost();
mount(
  host.frame,
  <div className="wide">
    <UpgradeTab host={host} />
  </div>,
);
