/** Reads services, service deployments and service revisions. */
import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  type ECSClient,
  type Service,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { Api } from './api.ts';
import { ApiError } from './api-failure.ts';

/** Which service. */
export interface ServiceName {
  /** Name or ARN; `default` is ECS's default cluster. */
  readonly cluster: string;
  /** Name or ARN. */
  readonly service: string;
}

/**
 * Describes one service.
 * @throws UserError SERVICE_NOT_FOUND or CLUSTER_NOT_FOUND (exit code 2), ApiError
 */
export async function describeService(
  api: Api,
  ecs: ECSClient,
  name: ServiceName,
  options: { readonly tags?: boolean } = {},
): Promise<Service> {
  const found = await findService(api, ecs, name, options);
  if (found !== undefined) return found;
  throw new UserError(
    'SERVICE_NOT_FOUND',
    `cluster "${name.cluster}" has no service "${name.service}"`,
    {
      hint: `See which there are: aws ecs list-services --cluster ${name.cluster}`,
      exitCode: 2,
    },
  );
}

/**
 * As `describeService`; undefined when the service is gone.
 * @throws UserError CLUSTER_NOT_FOUND (exit code 2), ApiError
 */
export async function findService(
  api: Api,
  ecs: ECSClient,
  name: ServiceName,
  { tags = false }: { readonly tags?: boolean } = {},
): Promise<Service | undefined> {
  try {
    const { services } = await api.read('ecs', 'DescribeServices', (options) =>
      ecs.send(
        new DescribeServicesCommand({
          cluster: name.cluster,
          services: [name.service],
          ...(tags ? { include: ['TAGS'] } : {}),
        }),
        options,
      ),
    );
    return services?.[0];
  } catch (error) {
    if (error instanceof ApiError && error.code === 'ClusterNotFoundException') {
      throw new UserError('CLUSTER_NOT_FOUND', `there is no cluster "${name.cluster}"`, {
        hint: 'See which there are: aws ecs list-clusters',
        exitCode: 2,
        cause: error,
      });
    }
    throw error;
  }
}

/** Newest first; one page (up to 100) unless more are asked for. */
export async function listServiceDeployments(
  api: Api,
  ecs: ECSClient,
  name: ServiceName,
  atMost = 100,
): Promise<readonly ServiceDeploymentBrief[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  do {
    const token = nextToken;
    const page = await api.read('ecs', 'ListServiceDeployments', (options) =>
      ecs.send(
        new ListServiceDeploymentsCommand({
          cluster: name.cluster,
          service: name.service,
          maxResults: Math.min(100, atMost),
          ...(token === undefined ? {} : { nextToken: token }),
        }),
        options,
      ),
    );
    found.push(...(page.serviceDeployments ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length < atMost);
  return found.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

/** Describes one service deployment; undefined when ECS does not know it (yet). */
export async function describeServiceDeployment(
  api: Api,
  ecs: ECSClient,
  arn: string,
): Promise<ServiceDeployment | undefined> {
  const { serviceDeployments } = await api.read('ecs', 'DescribeServiceDeployments', (options) =>
    ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }), options),
  );
  return serviceDeployments?.[0];
}

/** The API takes so many ARNs at once (reference: ECS semantics 1.5). */
const REVISIONS_A_CALL = 20;

/** Describes service revisions by ARN; those that ECS has forgotten are left out. */
export async function describeServiceRevisions(
  api: Api,
  ecs: ECSClient,
  arns: readonly string[],
): Promise<ReadonlyMap<string, ServiceRevision>> {
  // The same ARN twice makes ECS answer ServerException.
  const wanted = [...new Set(arns)];
  const found = new Map<string, ServiceRevision>();
  for (let first = 0; first < wanted.length; first += REVISIONS_A_CALL) {
    const serviceRevisionArns = wanted.slice(first, first + REVISIONS_A_CALL);
    const { serviceRevisions } = await api.read('ecs', 'DescribeServiceRevisions', (options) =>
      ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }), options),
    );
    for (const revision of serviceRevisions ?? []) {
      if (revision.serviceRevisionArn !== undefined) {
        found.set(revision.serviceRevisionArn, revision);
      }
    }
  }
  return found;
}
