/** The SDK clients that the deployer speaks through. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
} from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { messageOf, UserError } from '../../base/errors.ts';
import { watchTimeScale } from './time-scale.ts';

/** Clients of one endpoint, account and region. */
export interface AwsClients {
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
}

/** Where to go; what is left out is found as every AWS tool finds it (environment, profile). */
export interface AwsClientOptions {
  /** `--endpoint-url`, for all services. */
  readonly endpointUrl?: string;
  /** `--region`. */
  readonly region?: string;
  /** `--profile`. */
  readonly profile?: string;
  /** In place of the network, for virtual time and tests. */
  readonly requestHandler?: CloudWatchLogsClientConfig['requestHandler'];
  /** In place of the environment's. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** So long may a connection and an answer take, in milliseconds. */
const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 30_000 };

/**
 * Builds the clients. They do not retry by themselves: the deployer does, by its own clock.
 * @throws UserError REGION_MISSING or ENDPOINT_INVALID (exit code 2)
 */
export async function createAwsClients(options: AwsClientOptions = {}): Promise<AwsClients> {
  // The SDK warns of old Node versions on every start; ours is checked by package.json.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { endpointUrl } = options;
  if (endpointUrl !== undefined) checkEndpoint(endpointUrl);
  const config = {
    maxAttempts: 1,
    requestHandler: options.requestHandler ?? TIMEOUTS,
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };
  const clients = {
    ecs: new ECSClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    logs: new CloudWatchLogsClient(config),
    cloudwatch: new CloudWatchClient(config),
  };
  watchTimeScale(clients.ecs);
  try {
    await clients.ecs.config.region();
  } catch (error) {
    throw new UserError('REGION_MISSING', `the AWS region is not known: ${messageOf(error)}`, {
      hint: 'Give --region, set AWS_REGION, or set a region in your AWS profile; for the local ECS: eval "$(fairlead local env)"',
      exitCode: 2,
      cause: error,
    });
  }
  return clients;
}

function checkEndpoint(url: string): void {
  const parsed = URL.parse(url);
  if (parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) return;
  throw new UserError('ENDPOINT_INVALID', `"${url}" is no endpoint URL`, {
    hint: 'Write it as http://127.0.0.1:4327 or https://ecs.eu-west-1.amazonaws.com.',
    exitCode: 2,
  });
}

/** Lets go of open connections. */
export function destroyAwsClients(clients: AwsClients): void {
  clients.ecs.destroy();
  clients.elbv2.destroy();
  clients.logs.destroy();
  clients.cloudwatch.destroy();
}

/** Remembers where the ECS client's requests really went: options, environment and profile have a say in it. */
export function watchEndpoint(client: ECSClient): () => string | undefined {
  let endpoint: string | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      const request: unknown = args.request;
      if (isRequest(request)) {
        const port = request.port === undefined ? '' : `:${request.port}`;
        endpoint = `${request.protocol}//${request.hostname}${port}`;
      }
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'fairleadWatchEndpoint', override: true },
  );
  return () => endpoint;
}

function isRequest(
  value: unknown,
): value is { readonly protocol: string; readonly hostname: string; readonly port?: number } {
  return typeof value === 'object' && value !== null && 'protocol' in value && 'hostname' in value;
}
