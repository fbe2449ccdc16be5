/** What clusters may be set to: name, settings, execute command, namespace, capacity providers (reference: 1.8). */
import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaultsRequest,
  ClusterSetting,
} from '@aws-sdk/client-ecs';
import type { Cluster } from '../state/entities.ts';
import { checkCapacityProviderStrategy } from './capacity-provider-strategy.ts';
import { invalidParameter } from './ecs-errors.ts';

const INSIGHTS: readonly string[] = ['enhanced', 'enabled', 'disabled'];
const MOST_PROVIDERS = 20;

/** @throws AwsError InvalidParameterException */
export function checkClusterName(name: string): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw invalidParameter(
      `Invalid cluster name '${name}'. It must have from 1 to 255 letters, digits, hyphens and underscores.`,
    );
}

/**
 * The settings, with those of `present` kept that are not given.
 * @throws AwsError InvalidParameterException `Invalid setting 'value'`
 */
export function checkClusterSettings(
  settings: readonly ClusterSetting[],
  present: readonly ClusterSetting[],
): readonly ClusterSetting[] {
  const values = new Map(present.map(({ name, value }) => [name, value]));
  for (const { name, value } of settings) {
    if (name !== 'containerInsights') throw invalidParameter("Invalid setting 'name'");
    if (value === undefined || !INSIGHTS.includes(value))
      throw invalidParameter("Invalid setting 'value'");
    values.set(name, value);
  }
  return Array.from(values, ([name, value]) => ({ name, value }));
}

/** @throws AwsError InvalidParameterException */
export function checkClusterConfiguration({
  executeCommandConfiguration: execute,
}: ClusterConfiguration): void {
  if (execute === undefined) return;
  const { logging = 'DEFAULT', logConfiguration: logs } = execute;
  if (logs !== undefined && logging !== 'OVERRIDE')
    throw invalidParameter(
      "You must set logging to 'OVERRIDE' when you supply a log configuration",
    );
  if (
    logging === 'OVERRIDE' &&
    logs?.cloudWatchLogGroupName === undefined &&
    logs?.s3BucketName === undefined
  )
    throw invalidParameter(
      'A CloudWatch log group name or S3 bucket name must be specified when overriding the default log configuration',
    );
}

/** @throws AwsError InvalidParameterException */
export function checkServiceConnectDefaults({
  namespace = '',
}: ClusterServiceConnectDefaultsRequest): void {
  // An empty namespace takes the default away.
  if (/[<>"]/.test(namespace) || namespace.length > 1024)
    throw invalidParameter(
      `Invalid namespace '${namespace}'. It must have at most 1024 characters and none of < > ".`,
    );
}

/**
 * The cluster with these capacity providers. Any well-formed name is taken: a provider that is not Fargate's stands for
 * this machine.
 * @throws AwsError InvalidParameterException
 */
export function withCapacityProviders(
  cluster: Cluster,
  providers: readonly string[],
  strategy: readonly CapacityProviderStrategyItem[],
): Cluster {
  for (const name of providers) {
    const isFargate = name === 'FARGATE' || name === 'FARGATE_SPOT';
    if (!isFargate && (!/^[A-Za-z0-9_-]{1,255}$/.test(name) || /^(aws|ecs|fargate)/i.test(name)))
      throw invalidParameter(
        `The specified capacity provider '${name}' was not found. Specify a valid capacity provider and try again.`,
      );
  }
  if (new Set(providers).size !== providers.length)
    throw invalidParameter(`Duplicate capacity providers: [${providers.join()}].`);
  if (providers.length > MOST_PROVIDERS)
    throw invalidParameter(
      'The maximum number of capacity providers per cluster has been exceeded.',
    );
  const changed = { ...cluster, capacityProviders: providers };
  return {
    ...changed,
    defaultCapacityProviderStrategy: checkCapacityProviderStrategy(strategy, changed),
  };
}
