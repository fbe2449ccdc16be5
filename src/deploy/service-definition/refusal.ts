/** Why ECS does not make a service what its definition says, with what to do about it (reference: ECS semantics 4.3). */
import { UserError } from '../../base/errors.ts';
import type { ApiError } from '../aws/api-failure.ts';
import type { ServiceName } from '../aws/service-reader.ts';

/** What ECS says, and what helps. */
interface Advice {
  /** Matches AWS's code and message: `ClusterNotFoundException: Cluster not found.` */
  readonly says: RegExp;
  readonly code: string;
  readonly hint: (name: ServiceName, source: string) => string;
}

const ADVICE: readonly Advice[] = [
  {
    says: /^ClusterNotFoundException:/,
    code: 'CLUSTER_NOT_FOUND',
    hint: ({ cluster }) =>
      `See which there are: aws ecs list-clusters; or create it: aws ecs create-cluster --cluster-name ${cluster}`,
  },
  {
    says: /does not have an associated load balancer/,
    code: 'TARGET_GROUP_UNUSED',
    hint: () =>
      'Let a listener or a rule of the load balancer forward to it first; a weight of 0 is enough for the second group of a pair.',
  },
  {
    says: /assume the service.linked role/i,
    code: 'SERVICE_LINKED_ROLE',
    hint: () =>
      'Create it once: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
  },
  {
    says: /specify an IAM role for services that require a service.linked role|IAM role is only valid for services/i,
    code: 'SERVICE_ROLE',
    hint: (_, source) => `Leave "role" out of ${source}: ECS uses its service-linked role.`,
  },
  {
    says: /unable to assume (?:the )?role/i,
    code: 'SERVICE_ROLE',
    hint: (_, source) =>
      `Check the ARNs of role and target groups in ${source}, and that the role trusts ecs.amazonaws.com and may describe them.`,
  },
  {
    says: /Network Configuration must be provided/i,
    code: 'NETWORK_CONFIGURATION',
    hint: (_, source) =>
      `Add "networkConfiguration" with "awsvpcConfiguration" and its "subnets" to ${source}: the task definition has networkMode awsvpc.`,
  },
  {
    says: /Network Configuration is not valid/i,
    code: 'NETWORK_CONFIGURATION',
    hint: (_, source) =>
      `Leave "networkConfiguration" out of ${source}, or give the task definition networkMode awsvpc.`,
  },
  {
    says: /The container .* (?:does not exist|did not have a container port)/,
    code: 'LOAD_BALANCER_CONTAINER',
    hint: (_, source) =>
      `containerName and containerPort in ${source} must be those of a port mapping of the task definition.`,
  },
  {
    says: /still Draining/i,
    code: 'SERVICE_DRAINING',
    hint: ({ service }) =>
      `The service "${service}" that was deleted is still stopping its tasks: try again when it is INACTIVE.`,
  },
  {
    says: /was not idempotent/i,
    code: 'SERVICE_EXISTS',
    hint: () => 'Somebody created a service of this name meanwhile: deploy again.',
  },
  {
    says: /^PlatformUnknownException:|^PlatformTaskDefinitionIncompatibilityException:/,
    code: 'PLATFORM_VERSION',
    hint: (_, source) => `Write "platformVersion": "LATEST" in ${source}, or leave it out.`,
  },
  {
    says: /^NamespaceNotFoundException:/,
    code: 'NAMESPACE_NOT_FOUND',
    hint: (_, source) =>
      `Name a Cloud Map namespace of this region in serviceConnectConfiguration of ${source}, or create it.`,
  },
];

/**
 * What a refused CreateService or UpdateService is told as.
 * @param source what messages call the definition
 * @returns the error itself where it has nothing to do with the definition, such as a missing permission
 */
export function explainRefusal(
  error: ApiError,
  doing: 'create' | 'change',
  name: ServiceName,
  source: string,
): Error {
  if (error.kind !== 'refused') return error;
  const advice = ADVICE.find(({ says }) => says.test(`${error.code}: ${error.message}`));
  return new UserError(
    advice?.code ?? 'SERVICE_REFUSED',
    `ECS does not ${doing} service "${name.service}" in cluster "${name.cluster}": ${error.code}: ${error.message}`,
    {
      hint: advice?.hint(name, source) ?? `Mend ${source}.`,
      exitCode: 2,
      cause: error,
    },
  );
}
