/** `fairlead revisions`: a service's rollouts, newest first, with what each brought. */
import type { Service } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import { rollbackCommand } from '../verdict/ending.ts';
import { query, type QueryDependencies } from '../session/query.ts';
import { rolloutStatus, revisionArn } from '../observed/from-sdk.ts';
import type { RolloutStatus } from '../observed/observation.ts';
import {
  describeService,
  describeServiceRevisions,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';
import { primaryOf } from '../observed/primary.ts';

/** One rollout of the past or present. */
export interface RevisionRow {
  readonly serviceDeployment: string;
  readonly serviceRevision: string;
  readonly status: RolloutStatus;
  readonly statusReason: string | undefined;
  /** Epoch ms. */
  readonly createdAt: number | undefined;
  readonly finishedAt: number | undefined;
  /** ARN; undefined when ECS has forgotten the revision. */
  readonly taskDefinition: string | undefined;
  readonly images: readonly {
    readonly container: string;
    readonly image: string;
    readonly digest: string | undefined;
  }[];
  /** The service runs this revision. */
  readonly current: boolean;
}

/**
 * @param atMost how many, newest first
 * @throws UserError when the service cannot be read, or ECS keeps no history of it (exit code 2)
 */
export function revisions(
  name: ServiceName,
  dependencies: QueryDependencies,
  atMost = 20,
): Promise<readonly RevisionRow[]> {
  return query(name, dependencies, async ({ api }) => {
    const { ecs } = dependencies.clients;
    const service = await describeService(api, ecs, name);
    requireHistory(service, name);
    const primary = primaryOf(service)?.id;
    const current = primary === undefined ? undefined : revisionArn(service, primary);
    const listed = (await listServiceDeployments(api, ecs, name, atMost)).slice(0, atMost);
    const known = await describeServiceRevisions(
      api,
      ecs,
      listed.flatMap((each) => each.targetServiceRevisionArn ?? []),
    );
    return listed.map((each): RevisionRow => {
      const arn = each.targetServiceRevisionArn ?? '';
      const revision = known.get(arn);
      return {
        serviceDeployment: each.serviceDeploymentArn ?? '',
        serviceRevision: arn,
        status: rolloutStatus(each.status),
        statusReason: each.statusReason,
        createdAt: each.createdAt?.getTime(),
        finishedAt: each.finishedAt?.getTime(),
        taskDefinition: revision?.taskDefinition,
        images: (revision?.containerImages ?? []).map((image) => ({
          container: image.containerName ?? '',
          image: image.image ?? '',
          digest: image.imageDigest,
        })),
        current: arn !== '' && arn === current,
      };
    });
  });
}

/** An empty list would say that nothing was ever rolled out. */
function requireHistory({ deploymentController }: Service, name: ServiceName): void {
  if (deploymentController?.type !== 'EXTERNAL') return;
  const { cluster, service } = name;
  throw new UserError(
    'TASK_SETS',
    `service "${service}" has the deployment controller EXTERNAL: its versions are task sets, of which ECS keeps no history`,
    {
      hint: `See what runs: fairlead status --cluster ${cluster} --service ${service}. The way back: ${rollbackCommand(name)}`,
      exitCode: 2,
    },
  );
}
