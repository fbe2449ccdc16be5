/** Log drivers, their options, and the FireLens router (reference: ECS semantics 3.3). */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { invalidSetting, refusal } from './refusal.ts';

/** In the order in which AWS names what is missing. */
const REQUIRED_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  awslogs: ['awslogs-region', 'awslogs-group'],
  splunk: ['splunk-token', 'splunk-url'],
};

/** @throws AwsError ClientException */
export function checkLogging(definition: RegisterTaskDefinitionRequest): void {
  const containers = definition.containerDefinitions ?? [];
  const routers = containers.filter((container) => container.firelensConfiguration !== undefined);
  const [, second] = routers;
  if (second !== undefined)
    throw invalidSetting(
      second,
      'firelensConfiguration',
      second.firelensConfiguration,
      'on one container of the task only',
    );
  for (const container of containers) {
    checkOptions(container);
    if (container.logConfiguration?.logDriver === 'awsfirelens' && routers.length === 0)
      throw refusal(
        'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be specified',
      );
  }
}

function checkOptions({ logConfiguration }: ContainerDefinition): void {
  if (logConfiguration === undefined) return;
  const driver = logConfiguration.logDriver ?? '';
  const given = new Set([
    ...Object.keys(logConfiguration.options ?? {}),
    ...(logConfiguration.secretOptions ?? []).map(({ name }) => name),
  ]);
  const missing = (REQUIRED_OPTIONS[driver] ?? []).filter((option) => !given.has(option));
  if (missing.length > 0)
    throw refusal(`Log driver ${driver} requires options: ${missing.join(', ')}`);
}
