import type { Plugin } from 'esbuild';

/**
 * Leaves zod's translated messages out of a page: 264 kB of 659 kB before compression, and no page shows one. English, which
 * zod imports by itself, stays.
 */
export const withoutZodLocales: Plugin = {
  name: 'without-zod-locales',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export {};',
    }));
  },
};
