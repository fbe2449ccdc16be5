/** Environment, environment files and secrets (reference: ECS semantics 3.1, 3.3). */
import type {
  ContainerDefinition,
  RegisterTaskDefinitionRequest,
  Secret,
} from '@aws-sdk/client-ecs';
import { invalidSetting, refusal } from './refusal.ts';

const MOST_FILES = 10;

/** @throws AwsError ClientException */
export function checkEnvironment(definition: RegisterTaskDefinitionRequest): void {
  for (const container of definition.containerDefinitions ?? []) {
    for (const { name } of container.environment ?? [])
      if (name === undefined || name === '')
        throw invalidSetting(container, 'environment.name', name ?? null, 'the variable to set');
    checkFiles(container);
    checkSecrets(container, 'secrets', container.secrets ?? []);
    checkSecrets(
      container,
      'logConfiguration.secretOptions',
      container.logConfiguration?.secretOptions ?? [],
    );
    checkNotBoth(container);
  }
  if (needsExecutionRole(definition) && definition.executionRoleArn === undefined)
    throw refusal(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'",
    );
}

function needsExecutionRole({ containerDefinitions = [] }: RegisterTaskDefinitionRequest): boolean {
  return containerDefinitions.some(
    (container) =>
      (container.secrets ?? []).length > 0 ||
      (container.logConfiguration?.secretOptions ?? []).length > 0,
  );
}

function checkFiles(container: ContainerDefinition): void {
  const files = container.environmentFiles ?? [];
  if (files.length > MOST_FILES)
    throw refusal(
      'The maximum number of environment files was exceeded. Specify ten or less and try again',
    );
  for (const { value } of files)
    if (value === undefined || !/^arn:[^:]+:s3:::[^/]+\/.+\.env$/.test(value))
      throw invalidSetting(
        container,
        'environmentFiles.value',
        value ?? null,
        'the ARN of an Amazon S3 object whose name ends in .env',
      );
}

function checkSecrets(
  container: ContainerDefinition,
  member: string,
  secrets: readonly Secret[],
): void {
  for (const { name, valueFrom } of secrets) {
    if (name === undefined || name === '')
      throw invalidSetting(container, `${member}.name`, name ?? null, 'the variable to set');
    if (valueFrom === undefined || valueFrom === '')
      throw invalidSetting(
        container,
        `${member}.valueFrom`,
        valueFrom ?? null,
        'the ARN of a Secrets Manager secret or a Systems Manager parameter, or a parameter name',
      );
  }
}

/** One variable cannot come from two places. */
function checkNotBoth(container: ContainerDefinition): void {
  const plain = new Set((container.environment ?? []).map(({ name }) => name));
  const secrets = new Set<string>();
  for (const { name = '' } of container.secrets ?? []) {
    if (plain.has(name) || secrets.has(name))
      throw refusal(
        `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${name}'.`,
      );
    secrets.add(name);
  }
}
