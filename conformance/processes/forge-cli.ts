import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PUBLIC_ADDRESS } from '../../demo/vendor.ts';
import { runProcess } from './run-process.ts';
import type { ProcessResult } from './run-process.ts';

export interface ForgeCliOptions {
  /** Folder with the CLI's node_modules. */
  readonly cliFolder: string;
  /** A folder of its own: the CLI's home, logs and stand-ins lie in it. */
  readonly folder: string;
  /** Where it deploys to. */
  readonly gateway: string;
  readonly runtimePath: string;
  /** Jira's OpenAPI document, for the check of scopes. Without it that check sees no paths. */
  readonly jiraOpenApi: string | undefined;
  readonly path: string | undefined;
  readonly onRun?: (command: string, result: ProcessResult, log: string) => void;
}

const OFFLINE = fileURLToPath(new URL('offline.cjs', import.meta.url));
const LIMIT_MS = 8 * 60_000;
/** What the project's manifest needs. */
export const MANIFEST_VARIABLES = {
  CONNECT_KEY: 'com.example.tally',
  REMOTE_BASE_URL: PUBLIC_ADDRESS,
} as const;

/**
 * The real Forge CLI: logged in by the environment, in a home of its own, without a network beyond this machine. Everything it
 * writes is kept in a log per run.
 */
export class ForgeCli {
  readonly #options: ForgeCliOptions;
  #runs = 0;

  private constructor(options: ForgeCliOptions) {
    this.#options = options;
  }

  /** Makes its home and answers its one question, about usage data, beforehand: without a terminal it cannot ask. */
  static async prepare(options: ForgeCliOptions): Promise<ForgeCli> {
    await mkdir(join(options.folder, 'home', '.config'), { recursive: true });
    const empty = { openapi: '3.0.1', info: { title: 'empty', version: '1' }, paths: {} };
    await writeFile(join(options.folder, 'empty-openapi.json'), JSON.stringify(empty));
    const cli = new ForgeCli(options);
    await cli.run(options.folder, ['settings', 'set', 'usage-analytics', 'false']);
    return cli;
  }

  /** Runs `forge` in an app folder. Colours are taken out of what it wrote. */
  async run(
    appDir: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<ProcessResult> {
    const { cliFolder, folder, onRun } = this.#options;
    this.#runs += 1;
    const result = await runProcess({
      command: process.execPath,
      args: [join(cliFolder, 'node_modules/@forge/cli/out/bin/cli.js'), ...args],
      cwd: appDir,
      env: { ...this.env(), ...MANIFEST_VARIABLES, ...variables },
      timeLimitMs: LIMIT_MS,
    });
    const output = result.output.replace(/\x1b\[[0-9;]*m/g, '');
    const log = join(folder, `${String(this.#runs).padStart(2, '0')}-forge-${args[0] ?? ''}.log`);
    await writeFile(log, `forge ${args.join(' ')}\n${output}\nexit code ${String(result.code)}\n`);
    onRun?.(`forge ${args.join(' ')}`, result, log);
    return { ...result, output };
  }

  /** What a process of Atlassian's tools runs with. */
  env(): Record<string, string | undefined> {
    const { folder, gateway, runtimePath, jiraOpenApi, path } = this.#options;
    const home = join(folder, 'home');
    const empty = join(folder, 'empty-openapi.json');
    return {
      PATH: path,
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      NODE_OPTIONS: `--require ${JSON.stringify(OFFLINE)}`,
      FORCE_COLOR: '0',
      FORGE_GRAPHQL_GATEWAY: gateway,
      FORGE_RUNTIME_PATH: runtimePath,
      FORGE_EMAIL: 'developer@example.com',
      FORGE_API_TOKEN: 'any',
      FORGE_DISABLE_ANALYTICS: '1',
      // Two features that Atlassian switches from afar. Pinned, because what is off cannot be asked for offline.
      FORGE_CLI_DISABLE_DEV_SPACE: 'true',
      FORGE_CLI_ENABLE_COMBINED_ARTIFACT_UPLOAD: 'false',
      USE_LOCAL_SWAGGER: 'true',
      LOCAL_JIRA_SWAGGER: jiraOpenApi ?? empty,
      LOCAL_JSM_SWAGGER: empty,
      LOCAL_JSW_SWAGGER: empty,
      LOCAL_CONF_SWAGGER: empty,
      LOCAL_CONF_V2_SWAGGER: empty,
      LOCAL_BB_SWAGGER: empty,
    };
  }
}
