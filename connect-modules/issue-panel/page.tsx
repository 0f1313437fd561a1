/** The page behind `/connect/issue-panel`: mounts the issue panel with the Connect host. */
import '../../ui/entries/connect-issue-panel.tsx';
