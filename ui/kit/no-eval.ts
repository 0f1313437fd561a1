import { config } from 'zod';

/**
 * Keeps zod from trying whether it may compile code: both faces forbid it, and Forge reports every try as a breach of the
 * page's policy. Import it before anything parses.
 */
config({ jitless: true });
