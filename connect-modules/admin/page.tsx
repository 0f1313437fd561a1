/** The page behind `/connect/admin`: mounts settings and the Upgrade tab with the Connect host. */
import '../../ui/entries/connect-admin.tsx';
