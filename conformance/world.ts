import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startInProcessStack } from '../test/support/in-process-stack.ts';
import type { InProcessStack } from '../test/support/in-process-stack.ts';
import { ForgeCli } from './processes/forge-cli.ts';
import { installCli } from './processes/install-cli.ts';
import { copyProject } from './project-copy.ts';

export interface WorldOptions {
  /** Folder of the checkout. */
  readonly root: string;
  /** Folder of the Forge CLI. */
  readonly cliFolder: string;
  /** Where everything of this run lies. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
}

/** What the checks of one run share. Each part is made when a check asks for it first. */
export class World {
  readonly options: WorldOptions;
  #stack: Promise<InProcessStack> | undefined;
  #cli: Promise<ForgeCli> | undefined;
  #copies = 0;

  constructor(options: WorldOptions) {
    this.options = options;
  }

  /** The local site with nothing deployed, the vendor's real server behind it, Postgres. */
  stack(): Promise<InProcessStack> {
    return (this.#stack ??= startInProcessStack({
      remotePort: 4_620,
      sites: [
        { slug: 'main', displayName: 'Conformance' },
        { slug: 'second', displayName: 'Second site' },
      ],
      backfillShare: 0.85,
      deploysApp: false,
    }));
  }

  /** The Forge CLI, installed and pointed at the local site. */
  cli(): Promise<ForgeCli> {
    return (this.#cli ??= this.#prepareCli());
  }

  async #prepareCli(): Promise<ForgeCli> {
    const { cliFolder, env, folder } = this.options;
    await installCli(cliFolder, env);
    const { release } = (await this.stack()).local;
    await mkdir(join(folder, 'cli'), { recursive: true });
    return ForgeCli.prepare({
      ...{ cliFolder, folder: join(folder, 'cli'), path: env['PATH'] },
      gateway: release.gateway,
      runtimePath: release.runtimePath,
      jiraOpenApi: this.jiraOpenApi,
    });
  }

  /** A copy of the project to change and deploy. */
  project(): Promise<string> {
    this.#copies += 1;
    return copyProject(this.options.root, join(this.options.folder, `project-${this.#copies}`));
  }

  /** Jira's own OpenAPI document, where there is one. */
  get jiraOpenApi(): string | undefined {
    const { root, env } = this.options;
    const file = env['JIRA_OPENAPI'] ?? resolve(root, '../shared/data/jira-openapi.json');
    return existsSync(file) ? file : undefined;
  }

  /**
   * The artifact of the latest deploy to development as an app folder that any local site can take: with the manifest as it is
   * written, because the one in the artifact names this run's addresses.
   */
  async artifact(): Promise<string | undefined> {
    const folder = join(this.options.folder, 'artifact');
    if (existsSync(folder)) return folder;
    const deployed = (await this.stack()).local.release.artifact('default');
    if (deployed === undefined) return undefined;
    await cp(deployed, folder, { recursive: true });
    await cp(join(this.options.root, 'manifest.yml'), join(folder, 'manifest.yml'));
    return folder;
  }

  /** Ends everything. The folder stays when `keeps` says so, with the logs in it. */
  async close(keeps: boolean): Promise<void> {
    const stack = await this.#stack?.catch(() => undefined);
    await stack?.stop();
    if (!keeps) await rm(this.options.folder, { recursive: true, force: true });
  }
}
