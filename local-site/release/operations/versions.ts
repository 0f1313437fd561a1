import { z } from 'zod';
import { SKELETON_VERSION } from '../deployments.ts';
import type { Environment } from '../environments.ts';
import { operation } from '../operation.ts';
import { declaredAddress } from '../place-artifact.ts';
import type { ForgeApp } from '../../app/index.ts';
import type { ReleaseParts } from '../release-parts.ts';
import { appOf, environmentId, environmentOf } from './app-of.ts';

/** A version as several operations show it. */
export interface VersionNode {
  readonly id: string;
  readonly version: string;
  readonly isLatest: boolean;
  readonly connectKey: string | null;
  readonly requiredProducts: readonly string[];
  readonly permissions: readonly unknown[];
}

/**
 * The versions of an environment, latest first. The last one is the empty version that the platform makes by itself: the
 * command line takes an environment with fewer than two versions for one without deploys, and counts on its number to allow
 * the first Connect key [code, Forge CLI 13.3.0].
 */
export function versionNodes(
  parts: ReleaseParts,
  appId: string,
  environment: Environment,
): VersionNode[] {
  const deployed = [...parts.platform.versions(environment.name)].reverse();
  const nodes = deployed.map((app, index) => versionNode(parts, app, index === 0));
  const skeleton: VersionNode = {
    id: versionId(environmentId(parts, appId, environment), SKELETON_VERSION),
    version: SKELETON_VERSION,
    isLatest: deployed.length === 0,
    connectKey: null,
    requiredProducts: [],
    permissions: [{ scopes: [], egress: [] }],
  };
  return [...nodes, skeleton];
}

export function versionNode(
  { settings }: ReleaseParts,
  app: ForgeApp,
  isLatest: boolean,
): VersionNode {
  const egress = app.egress.map((address) => declaredAddress(address, settings.addresses));
  return {
    id: versionId(app.environmentId, app.version),
    version: app.version,
    isLatest,
    connectKey: app.connectKey === '' ? null : app.connectKey,
    requiredProducts: [],
    permissions: [
      {
        scopes: [...app.scopes].map((key) => ({ key })),
        egress: egress.length === 0 ? [] : [{ addresses: egress }],
      },
    ],
  };
}

export function versionId(environment: string, version: string): string {
  return `ari:cloud:ecosystem::environment-version/${environment}/${version}`;
}

export function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

/** The major version that an id of {@link versionId} names. */
export function majorOfId(id: string | undefined): number | undefined {
  return id === undefined ? undefined : majorOf(id.slice(id.lastIndexOf('/') + 1));
}

const majorVersion = z.number().nullish();

export const versionOperations = [
  operation(
    'forge_cli_getMigrationKeys',
    z.object({ id: z.string(), key: z.string() }),
    (parts, { id, key }) => ({
      app: appOf(parts, id, () => ({
        environmentByKey: environmentOf(parts, key, (environment) => {
          const edges = versionNodes(parts, id, environment)
            .slice(0, 1)
            .map(({ version, isLatest, connectKey }) => ({
              node: { version, isLatest, migrationKeys: { jira: connectKey, confluence: null } },
            }));
          return { id: environmentId(parts, id, environment), versions: { edges } };
        }),
        marketplaceApp: marketplaceApp(parts),
      })),
    }),
  ),

  operation(
    'forge_cli_getApplicationEnvironmentLatestVersions',
    z.object({ appId: z.string(), environmentKey: z.string(), firstN: z.number() }),
    (parts, { appId, environmentKey, firstN }) => ({
      app: appOf(parts, appId, () => ({
        appFeatures: [],
        environmentByKey: environmentOf(parts, environmentKey, (environment) => ({
          id: environmentId(parts, appId, environment),
          type: environment.type,
          versions: { nodes: versionNodes(parts, appId, environment).slice(0, firstN) },
        })),
      })),
    }),
  ),

  operation(
    'forge_cli_getApplicationVersionList',
    z.object({ id: z.string(), environmentKey: z.string(), majorVersion: z.number() }),
    (parts, { id, environmentKey, majorVersion: major }) => ({
      app: appOf(parts, id, () => ({
        appFeatures: [],
        environmentByKey: environmentOf(parts, environmentKey, (environment) => ({
          id: environmentId(parts, id, environment),
          type: environment.type,
          versions: { nodes: ofMajor(versionNodes(parts, id, environment), major) },
        })),
      })),
    }),
  ),

  operation(
    'forge_cli_getApplicationVersionList',
    z.object({ appId: z.string(), first: z.number(), after: z.string().nullish() }),
    (parts, { appId }) => ({
      app: appOf(parts, appId, () => ({
        environments: [...parts.environments.all()].map((environment) => ({
          key: environment.key,
          versions: {
            nodes: versionNodes(parts, appId, environment).map(({ version }) => ({ version })),
            pageInfo: { hasNextPage: false, endCursor: null },
          },
        })),
      })),
    }),
  ),

  operation(
    'forge_cli_getApplicationIdentityVersionDetails',
    z.object({ appId: z.string(), environmentKey: z.string(), firstN: z.number(), majorVersion }),
    (parts, { appId, environmentKey, firstN, majorVersion: major }) => ({
      app: appOf(parts, appId, () => ({
        environmentByKey: environmentOf(parts, environmentKey, (environment) => {
          const nodes = ofMajor(versionNodes(parts, appId, environment), major);
          return { type: environment.type, versions: { nodes: nodes.slice(0, firstN) } };
        }),
      })),
    }),
  ),

  // Asked after each deploy. A hybrid with a remote never runs on Atlassian alone, so the answer is no.
  operation(
    'forge_cli_getApplicationRoaEligibility',
    z.object({ appId: z.string(), environmentKey: z.string(), firstN: z.number(), majorVersion }),
    (parts, { appId, environmentKey, firstN, majorVersion: major }) => ({
      app: appOf(parts, appId, () => ({
        environmentByKey: environmentOf(parts, environmentKey, (environment) => {
          const trustSignal = { key: 'RUNS_ON_ATLASSIAN', result: false, rules: [] };
          const nodes = ofMajor(versionNodes(parts, appId, environment), major);
          return {
            type: environment.type,
            versions: { nodes: nodes.slice(0, firstN).map((node) => ({ ...node, trustSignal })) },
          };
        }),
      })),
    }),
  ),
];

function ofMajor(nodes: readonly VersionNode[], major: number | null | undefined): VersionNode[] {
  return nodes.filter(({ version }) => typeof major !== 'number' || majorOf(version) === major);
}

function marketplaceApp({ settings }: ReleaseParts): { readonly appKey: string } | null {
  const { marketplaceKey } = settings;
  return marketplaceKey === undefined ? null : { appKey: marketplaceKey };
}
