/** `npm run assumptions`: writes docs/platform-assumptions.md from the register in storage-migration/assumptions/. */
import { writeFile } from 'node:fs/promises';
import { ASSUMPTION_GROUPS } from '../storage-migration/assumptions.ts';
import { renderAssumptions } from './assumptions/render-assumptions.ts';

const page = new URL('../docs/platform-assumptions.md', import.meta.url);
await writeFile(page, renderAssumptions(ASSUMPTION_GROUPS));
