import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';
import { parse } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

export interface Answered {
  readonly data: Json | null;
  readonly errors?: readonly { message: string; extensions: { errorType: string } }[];
}

/** What the Forge CLI sends, without the CLI: its requests, its zips, its forms. */
export class FakeCli {
  readonly #gateway: string;

  constructor(gateway: string) {
    this.#gateway = gateway;
  }

  async ask(name: string, variables: Json = {}, headers: HeadersInit = LOGIN): Promise<Answered> {
    const response = await fetch(this.#gateway, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: `\n  query ${name}($x: Int) { x }`, variables }),
    });
    if (response.status !== 200) throw new Error(`The gateway answered ${response.status}.`);
    return (await response.json()) as Answered;
  }

  /** The one field of `data`. */
  async get(name: string, variables: Json = {}): Promise<Json> {
    const { data, errors } = await this.ask(name, variables);
    if (data === null) throw new Error(errors?.[0]?.message ?? 'no data');
    return Object.values(data)[0] as Json;
  }

  async put(address: unknown, zip: Uint8Array): Promise<Response> {
    return fetch(String(address), { method: 'PUT', body: Buffer.from(zip) });
  }

  /** A hosted resource travels as a form whose file has no name. */
  async post(address: unknown, zip: Uint8Array): Promise<Response> {
    const boundary = 'xXxXx';
    const field = (name: string): string =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(`${field('acl')}any\r\n${field('file')}`),
      Buffer.from(zip),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    return fetch(String(address), { method: 'POST', headers, body });
  }

  /** Uploads and deploys; answers the status in which the deployment ends. */
  async deploy(environmentKey: string, artifact: FakeArtifact): Promise<Json> {
    const appId = String(artifact.manifest['app']?.['id']);
    const url = await this.get('forge_cli_getDeploymentUrl', { input: { appId } });
    await this.put(url['deploymentUrl'], artifact.bundle);
    const keys = Object.keys(artifact.resources);
    const hosted = await this.get('forge_cli_getHostedResourcesUploadUrls', {
      input: { appId, resourceKeys: keys },
    });
    const addresses = hosted['preSignedUrls'] as { uploadUrl: string }[];
    for (const [index, key] of keys.entries()) {
      await this.post(addresses[index]?.uploadUrl, artifact.resources[key] ?? new Uint8Array());
    }
    const begun = await this.get('forge_cli_deployApplication', {
      input: {
        ...{ appId, environmentKey },
        artifactUrl: url['deploymentUrl'],
        hostedResourceUploadId: hosted['uploadId'],
      },
    });
    const deployment = begun['deployment'] as { id: string } | null;
    if (deployment === null) return begun;
    for (;;) {
      const input = { appId, environmentKey, id: deployment.id };
      const status = await this.get('forge_cli_getApplicationDeploymentStatus', input);
      if (status['status'] !== 'IN_PROGRESS') return status;
    }
  }

  /** The answer of the check before a deploy. */
  async check(environmentKey: string, manifest: string, bypassRules: string[] = []): Promise<Json> {
    const address = await this.get('forge_cli_createAppManifestUploadUrl', {
      input: { appId: 'any', environmentKey },
    });
    const manifestUrl = address['preSignedUrl'];
    await this.put(manifestUrl, zipSync({ 'manifest.yml': Buffer.from(manifest) }));
    return this.get('forge_cli_appPreDeploymentCheck', {
      input: { environmentKey, manifestUrl, bypassRules },
    });
  }

  /** Waits for what an install, upgrade or uninstall has started. */
  async finish(started: Json): Promise<Json> {
    if (started['success'] !== true) return started;
    for (;;) {
      const task = await this.get('forge_cli_getInstallationTask', { id: started['taskId'] });
      if (task['state'] !== 'PENDING') return task;
    }
  }
}

const LOGIN = { authorization: `Basic ${Buffer.from('a@example.com:any').toString('base64')}` };

export interface FakeArtifact {
  readonly manifest: Readonly<Record<string, Json>>;
  readonly bundle: Uint8Array;
  readonly resources: Readonly<Record<string, Uint8Array>>;
}

/** The artifact of a built app folder, as the real bundler and the CLI lay it out. `more` goes into the bundle's zip. */
export function artifactOf(
  appDir: string,
  variables: Readonly<Record<string, string>>,
  edit = (text: string): string => text,
  more: Zippable = {},
): FakeArtifact {
  const text = edit(readFileSync(join(appDir, 'manifest.yml'), 'utf8')).replace(
    /\$\{([A-Z_]+)\}/g,
    (whole, name: string) => variables[name] ?? whole,
  );
  const manifest = parse(text) as Record<string, Json>;
  return {
    manifest,
    bundle: zipSync({
      'manifest.yml': Buffer.from(JSON.stringify(manifest)),
      'package.json': Buffer.from('{"type": "module"}'),
      'runtime.json': Buffer.from('{"version": "local"}'),
      'index.cjs': readFileSync(join(appDir, 'src/index.js')),
      ...more,
    }),
    resources: { main: zipSync(folder(join(appDir, 'static/main'))) },
  };
}

function folder(root: string): Zippable {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((file) => statSync(file).isFile());
  return Object.fromEntries(files.map((file) => [relative(root, file), readFileSync(file)]));
}
