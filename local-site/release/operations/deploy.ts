import { z } from 'zod';
import type { Deployment } from '../deployments.ts';
import type { Environment } from '../environments.ts';
import { OK, operation, refusal } from '../operation.ts';
import { ReleaseError } from '../release-error.ts';
import type { Artifact } from '../place-artifact.ts';
import type { ReleaseParts } from '../release-parts.ts';

const deployInput = z.object({
  appId: z.string(),
  environmentKey: z.string(),
  artifactUrl: z.string().optional(),
  hostedResourceUploadId: z.string().optional(),
  combinedArtifactUrl: z.string().nullish(),
  majorVersion: z.number().nullish(),
  buildTag: z.string().nullish(),
  skipRollout: z.boolean().nullish(),
});

/** Uploading an artifact and deploying it (facts: forge-runtime, section 6, steps 8 to 13). */
export const deployOperations = [
  operation(
    'forge_cli_getDeploymentUrl',
    z.object({ input: z.object({ appId: z.string() }) }),
    ({ uploads }) => ({ createAppDeploymentUrl: { ...OK, deploymentUrl: uploads.address() } }),
  ),

  operation(
    'forge_cli_getHostedResourcesUploadUrls',
    z.object({ input: z.object({ appId: z.string(), resourceKeys: z.array(z.string()) }) }),
    ({ uploads }, { input }) => {
      const { id, addresses } = uploads.group(input.resourceKeys);
      const preSignedUrls = addresses.map((uploadUrl) => ({ uploadUrl, uploadFormData: {} }));
      return { createHostedResourceUploadUrl: { ...OK, uploadId: id, preSignedUrls } };
    },
  ),

  operation('forge_cli_deployApplication', z.object({ input: deployInput }), (parts, { input }) => {
    try {
      const environment = parts.environments.get(input.environmentKey);
      const artifact = artifactOf(parts, input);
      const { id } = parts.deployments.start(environment, artifact, {
        environment: environment.name,
        ...(typeof input.majorVersion === 'number' ? { majorVersion: input.majorVersion } : {}),
      });
      return { createAppDeployment: { ...OK, deployment: { id } } };
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      return { createAppDeployment: { ...refusal(error), deployment: null } };
    }
  }),

  operation(
    'forge_cli_getApplicationDeploymentStatus',
    z.object({ appId: z.string(), environmentKey: z.string(), id: z.string() }),
    ({ deployments }, { id }) => {
      const deployment = deployments.find(id);
      return { appDeployment: deployment === undefined ? null : statusOf(deployment) };
    },
  ),
];

function artifactOf(parts: ReleaseParts, input: z.infer<typeof deployInput>): Artifact {
  for (const option of ['combinedArtifactUrl', 'buildTag', 'skipRollout'] as const) {
    if (input[option] === undefined || input[option] === null || input[option] === false) continue;
    parts.register.refuse('Forge CLI', `deploy with ${option}`);
    throw new ReleaseError('NOT_MODELLED', `The local site does not model ${option}.`, 501);
  }
  const { artifactUrl, hostedResourceUploadId } = input;
  if (artifactUrl === undefined) {
    throw new ReleaseError('UPLOAD_MISSING', 'A deploy needs an artifact.');
  }
  return {
    bundle: parts.uploads.take(artifactUrl),
    resources:
      hostedResourceUploadId === undefined
        ? new Map()
        : parts.uploads.takeGroup(hostedResourceUploadId),
  };
}

/** The command line prints the description of a stage when it has a transition to STARTED. */
function statusOf({ state, error, environment, startedAt }: Deployment): unknown {
  return {
    status: state,
    errorDetails:
      error === undefined ? null : { code: error.code, message: error.message, fields: null },
    stages: [stage(environment, startedAt)],
  };
}

function stage({ name }: Environment, startedAt: number): unknown {
  return {
    description: `Reading the artifact into ${name}`,
    events: [
      {
        __typename: 'AppDeploymentTransitionEvent',
        stepName: 'read',
        createdAt: new Date(startedAt).toISOString(),
        newStatus: 'STARTED',
      },
    ],
  };
}
