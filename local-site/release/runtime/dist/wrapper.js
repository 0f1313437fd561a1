/*
 * The bundler puts this beside the bundle as __forge_wrapper__.cjs, in the place of Atlassian's own wrapper. The local site
 * does not run it: its function process is the runtime, and requires the bundle's handlers itself. The file is here because
 * the Forge CLI does not deploy without one, and tells whoever runs the artifact elsewhere why it does nothing.
 */
'use strict';
exports.main = async () => {
  throw new Error('This artifact was bundled for a local site. Deploy without FORGE_RUNTIME_PATH.');
};
