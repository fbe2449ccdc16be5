/** Service definitions against the local ECS: real sockets, the real SDK, a control plane that shares no code with the deployer. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import {
  createAwsClients,
  destroyAwsClients,
  type AwsClients,
} from '../../../src/deploy/aws/aws-clients.ts';
import {
  createService,
  tagService,
} from '../../../src/deploy/service-definition/create-service.ts';
import { readChange } from '../../../src/deploy/service-definition/read-change.ts';
import {
  startsDeployment,
  type ServiceChange,
} from '../../../src/deploy/service-definition/service-change.ts';
import { createSession, type Session } from '../../../src/deploy/session/session.ts';
import { startLocalEcs, type LocalEcs } from '../../../src/local/index.ts';
import { defined, NAME } from './definitions.ts';

const NOTHING: ServiceChange = { update: {}, tags: [], texts: [], findings: [] };

let local: LocalEcs;
let clients: AwsClients;
let session: Session;

beforeEach(async () => {
  local = await startLocalEcs({
    runtime: 'simulated',
    models: { '*': { pullMs: 10, startMs: 10, healthyAfterMs: 20, stopMs: 10 } },
    timings: { healthyAfterMs: 50, completesAfterMs: 50 },
  });
  const { accessKeyId, secretAccessKey } = local.credentials;
  clients = await createAwsClients({
    endpointUrl: local.url,
    region: local.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  session = createSession('deploy', NAME, {
    clients,
    clock: systemClock,
    random: systemRandom,
    sinks: [],
    tool: { name: 'fairlead', version: '0.0.0' },
  });
  const { ecs } = clients;
  await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await ecs.send(
    new PutClusterCapacityProvidersCommand({
      cluster: 'prod',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    }),
  );
});

afterEach(async () => {
  destroyAwsClients(clients);
  await local.close();
});

/** Registers a definition for Fargate. */
async function taskDefinition(): Promise<string> {
  const { taskDefinition: registered } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'web',
          image: 'team/web:1.0.0',
          portMappings: [{ containerPort: 80, name: 'http' }],
        },
      ],
    }),
  );
  return registered?.taskDefinitionArn ?? '';
}

async function create(document: object): Promise<Service> {
  return createService(session, defined(document), { taskDefinition: await taskDefinition() });
}

/** The service as it is now, with its tags. */
async function described(): Promise<Service> {
  const { services } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: 'prod', services: ['web'], include: ['TAGS'] }),
  );
  const [service] = services ?? [];
  if (service === undefined) throw new Error('there is no service');
  return service;
}

/** What differs between the service and a file. */
async function change(document: object): Promise<ServiceChange> {
  return readChange(session, await described(), defined(document));
}

/** Makes the service what the file says, and looks whether ECS began a deployment as foreseen. */
async function apply(document: object): Promise<ServiceChange> {
  const { update, tags, texts, findings } = await change(document);
  const before = await described();
  await clients.ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'web', ...update }));
  await tagService(session, before.serviceArn ?? '', tags);
  const after = await described();
  const began = after.deployments?.[0]?.id !== before.deployments?.[0]?.id;
  expect(began).toBe(startsDeployment(update));
  return { update, tags, texts, findings };
}

const FILE = {
  cluster: 'prod',
  serviceName: 'web',
  desiredCount: 1,
  launchType: 'FARGATE',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } },
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  tags: [{ key: 'team', value: 'web' }],
};

/** A target group behind a listener. */
async function targetGroup(): Promise<string> {
  const { elbv2 } = clients;
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
    }),
  );
  const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 18_081,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }],
    }),
  );
  return arn;
}

describe('a service definition on the local ECS', () => {
  it('creates the service, and finds nothing to do the next time', async () => {
    const service = await create(FILE);
    expect(service).toMatchObject({ serviceName: 'web', desiredCount: 1, launchType: 'FARGATE' });
    expect(service.tags).toStrictEqual([{ key: 'team', value: 'web' }]);
    expect(await change(FILE)).toStrictEqual(NOTHING);
  });

  it('finds nothing to do for what describe-services prints of the service', async () => {
    await create({
      ...FILE,
      propagateTags: 'SERVICE',
      deploymentConfiguration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 20 },
        bakeTimeInMinutes: 1,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
      },
    });
    const service = await described();
    expect(await change({ services: [service], failures: [] })).toStrictEqual(NOTHING);
    expect(await change(service)).toStrictEqual(NOTHING);
  });

  it('the description of one service creates another that is like it', async () => {
    await create({ ...FILE, healthCheckGracePeriodSeconds: 0 });
    const file = { services: [{ ...(await described()), desiredCount: 0 }] };
    await clients.ecs.send(
      new DeleteServiceCommand({ cluster: 'prod', service: 'web', force: true }),
    );
    const ended = async (): Promise<boolean> => (await described()).status === 'INACTIVE';
    await expect.poll(ended, { timeout: 20_000 }).toBe(true);
    const service = await create(file);
    expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 0 });
    expect(await change(file)).toStrictEqual(NOTHING);
    expect(await change({ ...FILE, desiredCount: 0 })).toStrictEqual(NOTHING);
  });

  it.each([
    [
      'network',
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-3'] } } },
      ['networkConfiguration'],
    ],
    [
      'circuit breaker',
      { deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } } },
      ['deploymentConfiguration'],
    ],
    [
      'threshold of the circuit breaker',
      {
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            thresholdConfiguration: { type: 'COUNT', value: 7 },
          },
        },
      },
      ['deploymentConfiguration'],
    ],
    ['propagateTags', { propagateTags: 'TASK_DEFINITION' }, ['propagateTags']],
    ['enableExecuteCommand', { enableExecuteCommand: true }, ['enableExecuteCommand']],
    ['desired count', { desiredCount: 2 }, ['desiredCount']],
    [
      'capacity provider',
      {
        launchType: undefined,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      },
      ['capacityProviderStrategy', 'forceNewDeployment'],
    ],
    [
      'strategy',
      { deploymentConfiguration: { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50 } } },
      ['deploymentConfiguration'],
    ],
    [
      'Service Connect',
      {
        serviceConnectConfiguration: {
          enabled: true,
          namespace: 'prod',
          services: [{ portName: 'http', clientAliases: [{ port: 80 }] }],
        },
      },
      ['serviceConnectConfiguration'],
    ],
    [
      'monitoring',
      {
        monitoring: {
          metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
        },
      },
      ['monitoring'],
    ],
  ])('changes the %s, that alone, and once', async (_, difference, members) => {
    await create(FILE);
    const wanted = { ...FILE, ...difference };
    const { update, findings } = await apply(wanted);
    expect(Object.keys(update).toSorted()).toStrictEqual(members);
    expect(findings).toStrictEqual([]);
    expect(await change(wanted)).toStrictEqual(NOTHING);
  });

  it('goes from capacity providers back to the launch type', async () => {
    const { launchType: _launchType, ...rest } = FILE;
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    await create({ ...rest, capacityProviderStrategy });
    await apply(FILE);
    expect(await described()).toMatchObject({ launchType: 'FARGATE' });
    expect(await change(FILE)).toStrictEqual(NOTHING);
  });

  it('adds and changes tags, and leaves those of others', async () => {
    await create(FILE);
    const service = await described();
    await tagService(session, service.serviceArn ?? '', [{ key: 'owner', value: 'ann' }]);
    const wanted = {
      ...FILE,
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'stage', value: 'prod' },
      ],
    };
    expect((await apply(wanted)).tags).toStrictEqual(wanted.tags);
    const pairs = (await described()).tags?.map(({ key, value }) => `${key ?? ''}=${value ?? ''}`);
    expect(pairs?.toSorted()).toStrictEqual(['owner=ann', 'stage=prod', 'team=shop']);
    expect(await change(wanted)).toStrictEqual(NOTHING);
  });

  it('changes the grace period and takes a load balancer away', async () => {
    const balanced = {
      ...FILE,
      loadBalancers: [
        { targetGroupArn: await targetGroup(), containerName: 'web', containerPort: 80 },
      ],
      healthCheckGracePeriodSeconds: 30,
    };
    await create(balanced);
    expect(await change(balanced)).toStrictEqual(NOTHING);
    expect(await change(await described())).toStrictEqual(NOTHING);
    const longer = { ...balanced, healthCheckGracePeriodSeconds: 60 };
    expect((await apply(longer)).update).toStrictEqual({ healthCheckGracePeriodSeconds: 60 });
    expect(await change(longer)).toStrictEqual(NOTHING);
    const alone = { ...FILE, loadBalancers: [], healthCheckGracePeriodSeconds: 0 };
    await apply(alone);
    expect(await change(alone)).toStrictEqual(NOTHING);
  });

  it('refuses another launch type, and leaves the service as it is', async () => {
    await create(FILE);
    const { update, findings } = await change({ ...FILE, launchType: 'EC2' });
    expect(update).toStrictEqual({});
    expect(findings).toMatchObject([{ level: 'impossible', code: 'SERVICE_DEFINITION_FIXED' }]);
  });

  it('creates a service of the EXTERNAL controller without what its task sets will have', async () => {
    const external = {
      ...FILE,
      deploymentConfiguration: {},
      deploymentController: { type: 'EXTERNAL' },
    };
    const service = await createService(session, defined(external), { taskDefinition: undefined });
    expect(service).toMatchObject({ deploymentController: { type: 'EXTERNAL' }, desiredCount: 1 });
    expect(await change(external)).toStrictEqual(NOTHING);
    const wanted = { ...external, desiredCount: 2, propagateTags: 'SERVICE' };
    expect((await apply(wanted)).update).toStrictEqual({
      desiredCount: 2,
      propagateTags: 'SERVICE',
    });
    expect(await change(wanted)).toStrictEqual(NOTHING);
  });

  it('explains what ECS refuses', async () => {
    const { networkConfiguration: _network, ...withoutNetwork } = FILE;
    await expect(create(withoutNetwork)).rejects.toMatchObject({
      code: 'NETWORK_CONFIGURATION',
      exitCode: 2,
    });
    const { TargetGroups } = await clients.elbv2.send(
      new CreateTargetGroupCommand({
        Name: 'lonely',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'ip',
      }),
    );
    const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    await expect(
      create({
        ...FILE,
        loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 80 }],
      }),
    ).rejects.toMatchObject({ code: 'TARGET_GROUP_UNUSED', exitCode: 2 });
    await expect(
      create({
        ...FILE,
        loadBalancers: [
          { targetGroupArn: await targetGroup(), containerName: 'api', containerPort: 80 },
        ],
      }),
    ).rejects.toMatchObject({ code: 'LOAD_BALANCER_CONTAINER', exitCode: 2 });
    await clients.ecs.send(
      new CreateServiceCommand({
        cluster: 'prod',
        serviceName: 'web',
        taskDefinition: await taskDefinition(),
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: FILE.networkConfiguration,
      }),
    );
    await expect(create(FILE)).rejects.toMatchObject({ code: 'SERVICE_EXISTS', exitCode: 2 });
  });
});
