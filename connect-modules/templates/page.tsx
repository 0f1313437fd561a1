/** The page behind `/connect/templates`: mounts the project's template page with the Connect host. */
import '../../ui/entries/connect-templates.tsx';
