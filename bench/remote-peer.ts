import './remote-redirect.ts';
import { createServer } from 'node:http';
import express from 'express';
import type { Request } from 'express';
import ace from 'atlassian-connect-express';
import { APP_ID, BASE_URL } from '../remote-server/testing/tokens.ts';
import { childInput, serveMeasured } from './remote-child.ts';

/** atlassian-connect-express as its documentation sets it up, with the same two routes. */
const { databaseUrl, install } = childInput();
const quiet = () => undefined;
const logger = { ...console, log: quiet, info: quiet, warn: quiet, debug: quiet };
const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));
const settings = {
  localBaseUrl: BASE_URL,
  appId: APP_ID,
  watch: false,
  store: {
    adapter: 'sequelize',
    dialect: 'postgres',
    url: databaseUrl,
    logging: false,
    pool: { max: 10, min: 2 },
  },
};
const descriptor = { key: 'com.example.tally', name: 'Tally', baseUrl: BASE_URL, modules: {} };
const addon = await new Promise<ace.AddOn>((resolve) => {
  const made = ace(
    app,
    {
      config: {
        descriptorTransformer: () => descriptor as unknown as ace.Descriptor,
        production: settings,
      },
    },
    logger,
    { descriptorFilename: 'none.json', configFileName: 'none.json' },
    () => resolve(made),
  );
});
await addon.settings.saveInstallation(install as unknown as ace.ClientInfo, install.clientKey);

const tenantOf = (req: Request) =>
  (req as Request & { context: { clientKey: string } }).context.clientKey;
app.use(addon.middleware());
app.get('/bench/context', addon.checkValidToken(), (req, res) =>
  res.json({ tenant: tenantOf(req) }),
);
app.get('/bench/forge', addon.authenticateForge(), addon.associateConnect(), (req, res) =>
  res.json({ tenant: tenantOf(req) }),
);
serveMeasured(createServer(app));
