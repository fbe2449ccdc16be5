/**
 * Which task definition a request means: `family` (its newest ACTIVE revision), `family:revision`, or an ARN of either
 * form (reference: ECS semantics 1.6, 3.4).
 */
import { ecsArn, looksLikeArn, type Scope } from '../../../base/arn.ts';
import type { Store } from '../../state/store.ts';
import type { TaskDefinition } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { resourceInScope, unsupportedResourceType } from '../arn-scope.ts';
import type { EcsContext } from '../context.ts';

/** A reference taken apart. */
export interface TaskDefinitionReference {
  readonly family: string;
  /** Absent: the newest ACTIVE one. */
  readonly revision?: number;
}

/** The ARN of a revision. */
export function taskDefinitionArn(scope: Scope, family: string, revision: number): string {
  return ecsArn(scope, `task-definition/${family}:${revision}`);
}

/** The value of the index `family` of the task definitions, and the key of the family's counter. */
export function familyKey(region: string, family: string): string {
  return `${region}/${family}`;
}

/**
 * Takes a reference apart.
 * @throws AwsError InvalidParameterException for an ARN of something else, another region or another account, or a revision
 * that is no positive number
 */
export function parseTaskDefinitionReference(
  reference: string,
  { call }: Pick<EcsContext, 'call'>,
): TaskDefinitionReference {
  const name = looksLikeArn(reference) ? nameInArn(reference, call) : reference;
  const colon = name.indexOf(':');
  if (colon < 0) return { family: name };
  const revision = name.slice(colon + 1);
  if (!/^[1-9]\d{0,9}$/.test(revision))
    throw new AwsError(
      'InvalidParameterException',
      'Invalid task definition: Invalid revision number.',
    );
  return { family: name.slice(0, colon), revision: Number(revision) };
}

/**
 * The revision that the reference names, in whatever status, or the newest ACTIVE one of the family that it names;
 * undefined when there is none.
 * @throws AwsError as parseTaskDefinitionReference
 */
export function findTaskDefinition(
  reference: string,
  context: Pick<EcsContext, 'store' | 'call'>,
): TaskDefinition | undefined {
  const { family, revision } = parseTaskDefinitionReference(reference, context);
  return revision === undefined
    ? newestActiveRevision(context.store, context.call, family)
    : context.store.taskDefinitions.get(taskDefinitionArn(context.call, family, revision));
}

/**
 * The revision that new services and tasks may use: it must be ACTIVE.
 * @throws AwsError ClientException `TaskDefinition not found.` or `TaskDefinition is inactive`, and as
 * parseTaskDefinitionReference
 */
export function findActiveTaskDefinition(
  reference: string,
  context: Pick<EcsContext, 'store' | 'call'>,
): TaskDefinition {
  const found = findTaskDefinition(reference, context);
  if (found === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (found.status !== 'ACTIVE')
    throw new AwsError('ClientException', 'TaskDefinition is inactive');
  return found;
}

/** Counts down from the family's newest number: most often the first one found is ACTIVE. */
function newestActiveRevision(
  { taskDefinitions, taskDefinitionFamilies }: Store,
  scope: Scope,
  family: string,
): TaskDefinition | undefined {
  const newest = taskDefinitionFamilies.get(familyKey(scope.region, family))?.latestRevision ?? 0;
  for (let revision = newest; revision > 0; revision--) {
    const found = taskDefinitions.get(taskDefinitionArn(scope, family, revision));
    if (found?.status === 'ACTIVE') return found;
  }
  return undefined;
}

function nameInArn(reference: string, scope: Scope): string {
  const resource = resourceInScope(reference, scope);
  if (!resource.startsWith('task-definition/')) throw unsupportedResourceType(resource);
  return resource.slice('task-definition/'.length);
}
