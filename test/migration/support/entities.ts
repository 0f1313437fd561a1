import { fileURLToPath } from 'node:url';
import { entitySchemas } from '../../../local-site/app/entity-schemas.ts';
import { readManifest } from '../../../local-site/app/read-manifest.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The entities that manifest.yml declares, as the store wants them. */
export const ENTITIES = entitySchemas(
  await readManifest(ROOT, {
    CONNECT_KEY: 'com.example.tally',
    REMOTE_BASE_URL: 'http://localhost',
  }),
);
