/** ARNs of service deployments and service revisions, taken apart (reference: ECS semantics 1.6, 6.5). */
import { parseArn } from '../../base/arn.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './ecs-errors.ts';
import { serviceArn } from './lookup/find-service.ts';

/** What such an ARN says. */
export interface ServiceResource {
  readonly arn: string;
  /** Of the service that it belongs to. */
  readonly serviceArn: string;
}

const KINDS = {
  'service-deployment': { name: 'ServiceDeployment', id: /^[A-Za-z0-9_-]+$/ },
  'service-revision': { name: 'ServiceRevision', id: /^\d+$/ },
} as const;

/** @throws AwsError InvalidParameterException `The ServiceRevision ARN is invalid.` and its like */
export function parseServiceResource(
  text: string,
  kind: keyof typeof KINDS,
  { call }: Pick<EcsContext, 'call'>,
): ServiceResource {
  const arn = parseArn(text);
  const [actualKind, clusterName = '', serviceName = '', id = '', ...rest] =
    arn?.resource.split('/') ?? [];
  const valid =
    arn?.service === 'ecs' &&
    arn.region === call.region &&
    arn.accountId === call.accountId &&
    actualKind === kind &&
    clusterName !== '' &&
    serviceName !== '' &&
    KINDS[kind].id.test(id) &&
    rest.length === 0;
  if (!valid) throw invalidParameter(`The ${KINDS[kind].name} ARN is invalid.`);
  return { arn: text, serviceArn: serviceArn(call, clusterName, serviceName) };
}

/**
 * The ARNs of a batch, which must all belong to one service.
 * @throws AwsError InvalidParameterException
 */
export function parseServiceResources(
  texts: readonly string[],
  kind: keyof typeof KINDS,
  context: Pick<EcsContext, 'call'>,
): readonly ServiceResource[] {
  const resources = texts.map((text) => parseServiceResource(text, kind, context));
  const [first] = resources;
  if (resources.some((resource) => resource.serviceArn !== first?.serviceArn))
    throw invalidParameter(
      `All ${KINDS[kind].name} ARNs of a request must belong to the same service.`,
    );
  return resources;
}
