/** Settings of the task as a whole: family, roles, storage, placement, accelerators (reference: ECS semantics 3.1, 3.3). */
import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { invalidSetting, refusal } from './refusal.ts';

const MOST_CONSTRAINTS = 10;
const LEAST_STORAGE = 21;
const MOST_STORAGE = 200;

/** @throws AwsError ClientException */
export function checkFamily({ family = '' }: RegisterTaskDefinitionRequest): void {
  if (family === '') throw refusal('Family should not be null or empty.');
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family))
    throw refusal(
      `Family contains invalid characters: '${family}'. It must have up to 255 letters, digits, hyphens and underscores.`,
    );
}

/** @throws AwsError ClientException */
export function checkTaskLevel(definition: RegisterTaskDefinitionRequest): void {
  checkRole('taskRoleArn', definition.taskRoleArn);
  checkRole('executionRoleArn', definition.executionRoleArn);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- that it is gone is what is checked
  if ((definition.inferenceAccelerators ?? []).length > 0)
    throw refusal("Unsupported field 'inferenceAccelerators'");
  checkStorage(definition);
  checkConstraints(definition);
  for (const container of definition.containerDefinitions ?? [])
    for (const { type, value } of container.resourceRequirements ?? [])
      if (type === 'GPU' && !/^[1-9]\d*$/.test(value ?? ''))
        throw invalidSetting(
          container,
          'resourceRequirements',
          value ?? null,
          'the number of GPUs, at least 1',
        );
}

/** A role may be given by its name, too: ECS takes it as one of the caller's account. */
function checkRole(member: string, role: string | undefined): void {
  if (role === undefined) return;
  if (!/^arn:[^:]+:iam::\d{12}:role\/.+$|^[\w+=,.@-]{1,64}$/.test(role))
    throw refusal(
      `Role is not valid: '${member}' is '${role}'. It must be the ARN of an IAM role, such as arn:aws:iam::123456789012:role/NAME.`,
    );
}

function checkStorage(definition: RegisterTaskDefinitionRequest): void {
  const size = definition.ephemeralStorage?.sizeInGiB;
  if (size === undefined) return;
  const wanted = definition.requiresCompatibilities ?? [];
  if (wanted.length > 0 && !wanted.includes('FARGATE'))
    throw refusal('Tasks using the EC2 launch type do not support EphemeralStorage');
  if (size < LEAST_STORAGE)
    throw refusal(`EphemeralStorage size should be at least ${LEAST_STORAGE}`);
  if (size > MOST_STORAGE) throw refusal(`EphemeralStorage size should be at most ${MOST_STORAGE}`);
}

function checkConstraints({ placementConstraints = [] }: RegisterTaskDefinitionRequest): void {
  if (placementConstraints.length > MOST_CONSTRAINTS)
    throw refusal(
      `A task definition can have at most ${MOST_CONSTRAINTS} placementConstraints, but this one has ${placementConstraints.length}.`,
    );
  for (const { type, expression } of placementConstraints)
    if (type !== 'memberOf' || !expression)
      throw refusal(
        `Invalid 'placementConstraints' setting: ${JSON.stringify({ type, expression })}. It must be of type memberOf with an expression of the cluster query language.`,
      );
}
