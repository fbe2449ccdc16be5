/** The SDK's own clients against a server: what goes in and what comes out. */
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import type { Handler } from '../../../src/local/wire/operation.ts';
import { CREDENTIALS, serve, type Handlers } from './served-apis.ts';

interface Setting {
  readonly ecs?: Handlers;
  readonly elbv2?: Handlers;
  readonly credentials?: typeof CREDENTIALS;
  /** How wrong the client's clock is. */
  readonly clockOffsetMs?: number;
}

/** Clients of a server that verifies signatures. */
async function clients(setting: Setting) {
  const { url } = await serve(setting, { auth: 'sigv4' });
  const config = {
    endpoint: url,
    region: 'eu-west-1',
    credentials: setting.credentials ?? CREDENTIALS,
    maxAttempts: 1,
    systemClockOffset: setting.clockOffsetMs ?? 0,
  };
  const both = {
    ecs: new ecs.ECSClient(config),
    elb: new elb.ElasticLoadBalancingV2Client(config),
  };
  onTestFinished(() => {
    both.ecs.destroy();
    both.elb.destroy();
  });
  return both;
}

/** What a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error: unknown) => error as Error,
  );
}

const failing =
  (error: AwsError): Handler =>
  () => {
    throw error;
  };

describe('the ECS client', () => {
  it('gets a service as the operation returned it, Dates included', async () => {
    const service: ecs.Service = {
      serviceName: 'wéb "1"',
      desiredCount: 4,
      createdAt: new Date(1_789_551_556_693),
      loadBalancers: [],
      deployments: [{ id: 'ecs-svc/1', rolloutState: 'COMPLETED', createdAt: new Date(0) }],
      enableExecuteCommand: false,
    };
    const inputs: unknown[] = [];
    const { ecs: client } = await clients({
      ecs: {
        DescribeServices: (input) => {
          inputs.push(input);
          return { services: [service], failures: [] };
        },
      },
    });
    const command = new ecs.DescribeServicesCommand({ services: ['web'], include: ['TAGS'] });
    const { services, failures, $metadata } = await client.send(command);
    expect(services).toEqual([service]);
    expect(failures).toEqual([]);
    expect($metadata).toMatchObject({
      httpStatusCode: 200,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(inputs).toEqual([{ services: ['web'], include: ['TAGS'] }]);
  });

  it('registers a task definition whose every member arrives', async () => {
    const { ecs: client } = await clients({
      ecs: { RegisterTaskDefinition: (input) => ({ taskDefinition: input, tags: [] }) },
    });
    const containerDefinitions: ecs.ContainerDefinition[] = [
      {
        name: 'web',
        image: 'web:1',
        cpu: 0,
        essential: true,
        portMappings: [{ containerPort: 80, protocol: 'tcp' }],
        environment: [{ name: 'A', value: '' }],
        dockerLabels: { a: 'b', 'c.d': 'ü' },
        command: ['sh', '-c', 'echo "$PATH"\n'],
        healthCheck: { command: ['CMD', 'true'], interval: 5 },
        linuxParameters: { capabilities: { add: ['NET_ADMIN'] } },
      },
    ];
    const command = new ecs.RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions });
    const { taskDefinition } = await client.send(command);
    expect(taskDefinition).toEqual({ family: 'web', containerDefinitions });
  });

  it('throws the exception class that an error code names, with its members', async () => {
    const { ecs: client } = await clients({
      ecs: {
        ListClusters: failing(new AwsError('ClusterNotFoundException', 'Cluster not found.')),
        RunTask: failing(
          new AwsError('ConflictException', 'Taken.', { members: { resourceIds: ['a'] } }),
        ),
        DeleteService: failing(new AwsError('ServiceNotFoundException', '')),
      },
    });
    const missing = await refusal(client.send(new ecs.ListClustersCommand({})));
    expect(missing).toBeInstanceOf(ecs.ClusterNotFoundException);
    expect(missing.message).toBe('Cluster not found.');
    const conflict = await refusal(client.send(new ecs.RunTaskCommand({ taskDefinition: 'web' })));
    expect(conflict).toBeInstanceOf(ecs.ConflictException);
    expect(conflict).toMatchObject({ resourceIds: ['a'], $metadata: { httpStatusCode: 400 } });
    const gone = await refusal(client.send(new ecs.DeleteServiceCommand({ service: 'web' })));
    expect(gone).toBeInstanceOf(ecs.ServiceNotFoundException);
  });

  it('throws InvalidParameterException for what the generic check refuses', async () => {
    const { ecs: client } = await clients({ ecs: { RunTask: () => ({}) } });
    const call = client.send(
      new ecs.RunTaskCommand({ taskDefinition: 'x', launchType: 'X' as never }),
    );
    const error = await refusal(call);
    expect(error).toBeInstanceOf(ecs.InvalidParameterException);
    expect(error.message).toContain("Value 'X' at 'launchType'");
  });

  it('shows the name of an operation that is not built', async () => {
    const { ecs: client } = await clients({});
    const call = client.send(new ecs.DeleteCapacityProviderCommand({ capacityProvider: 'x' }));
    expect(await refusal(call)).toMatchObject({
      name: 'UnsupportedOperationException',
      message: expect.stringContaining('DeleteCapacityProvider is not implemented') as string,
    });
  });

  it('is refused with a wrong secret or an unknown key, and told what to do', async () => {
    for (const [credentials, name] of [
      [{ ...CREDENTIALS, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
      [{ ...CREDENTIALS, accessKeyId: 'AKIDOTHER' }, 'UnrecognizedClientException'],
    ] as const) {
      const { ecs: client } = await clients({ credentials, ecs: { ListClusters: () => ({}) } });
      expect(await refusal(client.send(new ecs.ListClustersCommand({})))).toMatchObject({
        name,
        message: expect.stringContaining('fairlead local env') as string,
      });
    }
  });

  it('with a clock that is an hour wrong is refused, corrects itself by the Date header and gets in', async () => {
    const { ecs: client } = await clients({
      clockOffsetMs: -3_600_000,
      ecs: { ListClusters: () => ({ clusterArns: [] }) },
    });
    const first = await refusal(client.send(new ecs.ListClustersCommand({})));
    expect(first).toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringContaining('Signature expired') as string,
    });
    expect(await client.send(new ecs.ListClustersCommand({}))).toMatchObject({ clusterArns: [] });
  });
});

describe('the Elastic Load Balancing client', () => {
  it('gets target health as the operation returned it', async () => {
    const TargetHealthDescriptions: elb.TargetHealthDescription[] = [
      {
        Target: { Id: '10.0.0.1', Port: 8080 },
        HealthCheckPort: '8080',
        TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'a < b & "c"' },
      },
      { Target: { Id: '10.0.0.2' }, TargetHealth: { State: 'healthy' } },
    ];
    const inputs: unknown[] = [];
    const { elb: client } = await clients({
      elbv2: {
        DescribeTargetHealth: (input) => {
          inputs.push(input);
          return { TargetHealthDescriptions };
        },
      },
    });
    const TargetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1';
    const Targets = [{ Id: '10.0.0.1', Port: 8080 }, { Id: '10.0.0.2' }];
    const command = new elb.DescribeTargetHealthCommand({ TargetGroupArn, Targets });
    const answer = await client.send(command);
    expect(answer.TargetHealthDescriptions).toEqual(TargetHealthDescriptions);
    expect(inputs).toEqual([{ TargetGroupArn, Targets }]);
  });

  it('gets empty lists and empty results', async () => {
    const { elb: client } = await clients({
      elbv2: {
        DescribeLoadBalancers: () => ({ LoadBalancers: [] }),
        DeleteRule: () => ({}),
      },
    });
    const { LoadBalancers } = await client.send(
      new elb.DescribeLoadBalancersCommand({ Names: [] }),
    );
    expect(LoadBalancers).toEqual([]);
    await expect(client.send(new elb.DeleteRuleCommand({ RuleArn: 'x' }))).resolves.toBeDefined();
  });

  it('throws the exception class that an error code names', async () => {
    const { elb: client } = await clients({
      elbv2: {
        DescribeRules: failing(new AwsError('RuleNotFound', 'One or more rules not found')),
      },
    });
    const error = await refusal(client.send(new elb.DescribeRulesCommand({})));
    expect(error).toBeInstanceOf(elb.RuleNotFoundException);
    expect(error.message).toBe('One or more rules not found');
  });

  it('is refused with ValidationError for what the generic check refuses', async () => {
    const { elb: client } = await clients({ elbv2: { CreateTargetGroup: () => ({}) } });
    const call = client.send(
      new elb.CreateTargetGroupCommand({ Name: 'x', Protocol: 'FTP' as never }),
    );
    expect(await refusal(call)).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining("Value 'FTP' at 'Protocol'") as string,
    });
  });

  it('is refused with a wrong secret by SignatureDoesNotMatch', async () => {
    const credentials = { ...CREDENTIALS, secretAccessKey: 'wrong' };
    const { elb: client } = await clients({ credentials, elbv2: { DescribeRules: () => ({}) } });
    expect(await refusal(client.send(new elb.DescribeRulesCommand({})))).toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
  });
});
