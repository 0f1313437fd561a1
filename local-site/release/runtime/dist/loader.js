/* The bundler puts this beside the bundle as __forge__.cjs; a runtime calls its `main`. */
'use strict';
exports.main = (...invocation) => require('./__forge_wrapper__.cjs').main(...invocation);
