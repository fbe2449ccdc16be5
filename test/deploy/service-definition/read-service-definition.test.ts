import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Path } from '../../../src/base/configuration/problems.ts';
import type { DocumentSource } from '../../../src/deploy/definition/document-source.ts';
import type { JsonObject } from '../../../src/deploy/definition/json.ts';
import type { DocumentReading } from '../../../src/deploy/definition/written.ts';
import { readServiceDefinition } from '../../../src/deploy/service-definition/read-service-definition.ts';
import {
  taskSetSettings,
  type ServiceDefinition,
} from '../../../src/deploy/service-definition/service-definition.ts';
import { defined, described, NAME } from './definitions.ts';

/** A disk on which every file is this. */
const reading = (content: string | Error): DocumentReading => ({
  readFile: () =>
    typeof content === 'string' ? Promise.resolve(content) : Promise.reject(content),
  listFolder: () => Promise.resolve(['service-definition.json', 'svc.json', 'notes.txt']),
});

const file = (text: string): Promise<ServiceDefinition> =>
  readServiceDefinition({ kind: 'named', text: 'svc.json' }, reading(text), NAME);

const inline = (value: JsonObject): Promise<ServiceDefinition> =>
  readServiceDefinition({ kind: 'inline', value }, reading(new Error('read')), NAME);

/** The problems of a file, line by line, without the columns of the one line that it is. */
async function problems(document: unknown): Promise<readonly string[]> {
  const error: unknown = await file(JSON.stringify(document)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'SERVICE_DEFINITION_INVALID', exitCode: 2 });
  return (error as Error).message.split('\n').map((line) => {
    expect(line).toMatch(/^svc\.json:1:\d+: /);
    return line.replace(/^svc\.json:1:\d+: /, 'svc.json: ');
  });
}

describe('a service definition in the shape of CreateService', () => {
  it('keeps every member as it is written, and drops those that are null', async () => {
    const settings = {
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        lifecycleHooks: [
          {
            hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:smoke',
            roleArn: 'arn:aws:iam::123456789012:role/hooks',
            lifecycleStages: ['POST_SCALE_UP'],
            hookDetails: { anything: [1, { goes: null }] },
          },
        ],
        canaryConfiguration: { canaryPercent: 0.5 },
      },
    };
    const definition = await file(JSON.stringify({ ...settings, role: null, serviceName: 'web' }));
    expect(definition).toStrictEqual({
      source: 'svc.json',
      settings,
      desiredCount: undefined,
      tags: [],
      notes: [],
    });
  });

  it('a desired count that is written down is wanted always', async () => {
    const { desiredCount } = await file('{"desiredCount": 3}');
    expect(desiredCount).toStrictEqual({ value: 3, appliesTo: 'always' });
  });

  it('says what it ignores: the task definition, a client token, tags that are not its own', async () => {
    const definition = await file(
      JSON.stringify({
        taskDefinition: 'web:3',
        clientToken: 'abc',
        tags: [
          { key: 'team', value: 'web' },
          { key: 'fairlead:gate', value: 'x' },
          { key: 'aws:cloudformation:stack-name', value: 'x' },
        ],
      }),
    );
    expect(definition.settings).toStrictEqual({});
    expect(definition.tags).toStrictEqual([{ key: 'team', value: 'web' }]);
    expect(definition.notes.map((note) => [note.level, note.message])).toStrictEqual([
      ['note', 'svc.json: taskDefinition is ignored: the deploy says what runs'],
      ['note', 'svc.json: clientToken is ignored: each creation has one of its own'],
      ['note', 'svc.json: the tag fairlead:gate is ignored: such keys belong to AWS and Fairlead'],
      [
        'note',
        'svc.json: the tag aws:cloudformation:stack-name is ignored: such keys belong to AWS and Fairlead',
      ],
    ]);
  });

  it('reads file:// paths, as the AWS CLI does', async () => {
    const paths: string[] = [];
    await readServiceDefinition(
      { kind: 'named', text: 'file://a/svc.json' },
      {
        readFile: (path) => {
          paths.push(path);
          return Promise.resolve('\uFEFF{}');
        },
      },
      NAME,
    );
    expect(paths).toStrictEqual(['a/svc.json']);
  });

  it('the settings of task sets are those that CreateTaskSet takes', async () => {
    const definition = await file(
      JSON.stringify({
        deploymentController: { type: 'EXTERNAL' },
        launchType: 'FARGATE',
        loadBalancers: [],
        propagateTags: 'SERVICE',
      }),
    );
    expect(taskSetSettings(definition)).toStrictEqual({ launchType: 'FARGATE', loadBalancers: [] });
  });
});

describe('a service definition in the shape of DescribeServices', () => {
  it.each([
    ['with its envelope', (service: Service): object => ({ services: [service], failures: [] })],
    ['as an answer of CreateService', (service: Service): object => ({ service })],
    ['alone', (service: Service): object => service],
  ])('%s, is reduced to what CreateService takes', (_, wrap) => {
    const definition = defined(wrap(described()));
    expect(definition.desiredCount).toStrictEqual({ value: 2, appliesTo: 'creation' });
    expect(Object.keys(definition.settings).toSorted()).toStrictEqual([
      'availabilityZoneRebalancing',
      'deploymentConfiguration',
      'deploymentController',
      'enableECSManagedTags',
      'enableExecuteCommand',
      'launchType',
      'loadBalancers',
      'networkConfiguration',
      'placementConstraints',
      'placementStrategy',
      'platformVersion',
      'propagateTags',
      'schedulingStrategy',
      'serviceRegistries',
    ]);
    expect(definition.notes).toStrictEqual([]);
  });

  it('takes from the PRIMARY deployment what DescribeServices shows nowhere else', () => {
    const serviceConnectConfiguration = { enabled: true, namespace: 'prod' };
    const { settings } = defined(
      described({
        deployments: [
          { status: 'PRIMARY', serviceConnectConfiguration },
          { status: 'ACTIVE', serviceConnectConfiguration: { enabled: false } },
        ],
      }),
    );
    expect(settings.serviceConnectConfiguration).toStrictEqual(serviceConnectConfiguration);
  });

  it('takes from the PRIMARY task set what an EXTERNAL service shows empty', () => {
    const { settings } = defined(
      described({
        deploymentController: { type: 'EXTERNAL' },
        taskSets: [{ status: 'PRIMARY', loadBalancers: [{ targetGroupArn: 'arn:a' }] }],
      }),
    );
    expect(settings.loadBalancers).toStrictEqual([{ targetGroupArn: 'arn:a' }]);
  });

  it('takes a role that somebody chose, and not the one that ECS chose', () => {
    const roleArn = 'arn:aws:iam::123456789012:role/mine';
    expect(defined(described({ roleArn })).settings.role).toBe(roleArn);
    expect(defined(described()).settings.role).toBeUndefined();
  });

  it('leaves out what CreateService refuses although it is shown', () => {
    const daemon = defined(described({ schedulingStrategy: 'DAEMON' }));
    expect(daemon.desiredCount).toBeUndefined();
    const { settings } = defined(described({ capacityProviderStrategy: [] }));
    expect(settings.capacityProviderStrategy).toBeUndefined();
    const balanced = defined(described({ loadBalancers: [{ targetGroupArn: 'arn:a' }] }));
    expect(balanced.settings.healthCheckGracePeriodSeconds).toBe(0);
  });

  it("takes the user's hooks and tags, not those of a rollout that Fairlead drove meanwhile", () => {
    const lambda = {
      hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:smoke',
      roleArn: 'arn:aws:iam::123456789012:role/hooks',
      lifecycleStages: ['POST_SCALE_UP'],
    } as const;
    const gate = {
      targetType: 'PAUSE',
      lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 40, action: 'ROLLBACK' },
    } as const;
    const definition = defined(
      described({
        deploymentConfiguration: {
          lifecycleHooks: [
            { ...lambda, lifecycleStages: ['POST_SCALE_UP'] },
            { ...gate, lifecycleStages: [...gate.lifecycleStages] },
          ],
        },
        tags: [
          { key: 'team', value: 'web' },
          { key: 'fairlead:gate', value: 'PRE_PRODUCTION_TRAFFIC_SHIFT 40 ROLLBACK ann@build-7' },
          { key: 'aws:ecs:x', value: 'y' },
        ],
      }),
    );
    expect(definition.settings.deploymentConfiguration?.lifecycleHooks).toStrictEqual([lambda]);
    expect(definition.tags).toStrictEqual([{ key: 'team', value: 'web' }]);
    expect(definition.notes).toStrictEqual([]);
  });

  it('refuses none or several services', async () => {
    expect(await problems({ services: [], failures: [{ reason: 'MISSING' }] })).toStrictEqual([
      'svc.json: services has 0 services, not the one to deploy; describe a service that exists',
    ]);
    expect(await problems({ services: [described(), described()] })).toStrictEqual([
      'svc.json: services has 2 services, not the one to deploy; leave the others out',
    ]);
  });

  it('refuses settings that stand beside the service, where nobody would look at them', async () => {
    expect(await problems({ services: [described()], desiredCount: 3 })).toStrictEqual([
      'svc.json: desiredCount stands beside the service, not in it',
    ]);
  });
});

describe('a definition in the configuration itself', () => {
  it('may have text where the schema says number or boolean, as variables are always text', async () => {
    const definition = await inline({
      desiredCount: '3',
      enableExecuteCommand: 'true',
      deploymentConfiguration: { canaryConfiguration: { canaryPercent: '2.5' } },
    });
    expect(definition).toMatchObject({
      source: 'service_definition',
      settings: {
        enableExecuteCommand: true,
        deploymentConfiguration: { canaryConfiguration: { canaryPercent: 2.5 } },
      },
      desiredCount: { value: 3 },
    });
  });

  it('still refuses what is neither', async () => {
    await expect(inline({ desiredCount: 'three' })).rejects.toThrow(
      'service_definition.desiredCount must be a whole number, not "three"',
    );
    await expect(inline({ enableExecuteCommand: 'yes' })).rejects.toThrow(
      'service_definition.enableExecuteCommand must be true or false, not "yes"',
    );
  });
});

describe('a wrong definition', () => {
  it.each([
    [{ launchtype: 'FARGATE' }, 'launchtype is an unknown member; did you mean launchType?'],
    [
      { networkConfiguration: { awsvpcConfiguration: { subnets: ['a'], securityGroup: ['b'] } } },
      'networkConfiguration.awsvpcConfiguration.securityGroup is an unknown member; did you mean securityGroups?',
    ],
    [
      { placementStrategy: [{ kind: 'spread' }] },
      'placementStrategy[0].kind is an unknown member; known members are type, field',
    ],
    [
      { networkConfiguration: { awsvpcConfiguration: {} } },
      'networkConfiguration.awsvpcConfiguration has no "subnets", which it must have',
    ],
    [
      { networkConfiguration: { awsvpcConfiguration: { subnets: 'subnet-1' } } },
      'networkConfiguration.awsvpcConfiguration.subnets must be a list, not "subnet-1"; write ["subnet-1"]',
    ],
    [{ loadBalancers: {} }, 'loadBalancers must be a list, not an object; write [{ … }]'],
    [{ loadBalancers: [null] }, 'loadBalancers[0] must be an object, not null'],
    [{ desiredCount: '3' }, 'desiredCount must be a whole number, not "3"; write 3 without quotes'],
    [{ desiredCount: 1.5 }, 'desiredCount must be a whole number, not 1.5'],
    [{ enableExecuteCommand: 'yes' }, 'enableExecuteCommand must be true or false, not "yes"'],
    [{ platformVersion: 1.4 }, 'platformVersion must be a text, not 1.4; write it in quotes'],
    [
      { launchType: 'Fargate' },
      'launchType must be one of EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES, not "Fargate"; did you mean FARGATE?',
    ],
    [
      { deploymentConfiguration: { lifecycleHooks: [{ lifecycleStages: ['POST_SCALEUP'] }] } },
      'deploymentConfiguration.lifecycleHooks[0].lifecycleStages[0] must be one of POST_PRODUCTION_TRAFFIC_SHIFT, POST_SCALE_UP, POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT, PRE_SCALE_UP, PRODUCTION_TRAFFIC_SHIFT, RECONCILE_SERVICE, TEST_TRAFFIC_SHIFT, not "POST_SCALEUP"; did you mean POST_SCALE_UP?',
    ],
    [
      { serviceConnectConfiguration: { enabled: true, containerConfigurations: [{}] } },
      'serviceConnectConfiguration.containerConfigurations[0] must have exactly one of the members logLevel',
    ],
    [
      {
        serviceConnectConfiguration: {
          enabled: true,
          logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': 12345 } },
        },
      },
      'serviceConnectConfiguration.logConfiguration.options["splunk-token"] must be a text, not a number; write it in quotes',
    ],
    [
      { cluster: 'staging' },
      'cluster is "staging", and the configuration says "prod"; name the same, or leave it out here',
    ],
    [
      { serviceName: 'api' },
      'serviceName is "api", and the configuration says "web"; name the same, or leave it out here',
    ],
    [
      { schedulingStrategy: 'DAEMON', desiredCount: 2 },
      'desiredCount is for REPLICA; with schedulingStrategy DAEMON ECS runs one task on each container instance: leave it out',
    ],
    [
      { launchType: 'FARGATE', capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] },
      'launchType and capacityProviderStrategy exclude each other: leave one out',
    ],
    [
      {
        tags: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
      'tags has the key "a" more than once',
    ],
    [{ tags: [{ key: 'a' }] }, 'tags[0] must have a "key" and a "value"'],
  ])('%j', async (document, problem) => {
    expect(await problems(document)).toStrictEqual([`svc.json: ${problem}`]);
  });

  it('is told with all of its problems at once', async () => {
    expect(
      await problems({ desiredCount: true, role: 7, networkConfiguration: { vpc: {} } }),
    ).toStrictEqual([
      'svc.json: desiredCount must be a whole number, not true',
      'svc.json: role must be a text, not 7; write it in quotes',
      'svc.json: networkConfiguration.vpc is an unknown member; known members are awsvpcConfiguration',
    ]);
  });

  it('of a described service is told by its place in the answer', async () => {
    const service = { ...described(), launchTyp: 'EC2', propagateTags: 'ALL' };
    expect(await problems({ services: [service] })).toStrictEqual([
      'svc.json: services[0].launchTyp is an unknown member; did you mean launchType?',
      'svc.json: services[0].propagateTags must be one of NONE, SERVICE, TASK_DEFINITION, not "ALL"',
    ]);
    expect(
      await problems({ ...described(), clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/staging' }),
    ).toStrictEqual([
      'svc.json: clusterArn is "arn:aws:ecs:eu-west-1:1:cluster/staging", and the configuration says "prod"; name the same, or leave it out here',
    ]);
  });

  it('is told at its place in the file', async () => {
    const text = `{
  "desiredCount": "two",
  "networkConfiguration": {
    "awsvpcConfiguration": { "subnet": ["subnet-1"] }
  },
  "tags": [
    { "key": "team", "value": "web" },
    { "key": 7, "value": "shop" }
  ]
}`;
    await expect(file(text)).rejects.toThrow(
      [
        'svc.json:2:3: desiredCount must be a whole number, not "two"',
        'svc.json:4:30: networkConfiguration.awsvpcConfiguration.subnet is an unknown member; did you mean subnets?',
        'svc.json:4:5: networkConfiguration.awsvpcConfiguration has no "subnets", which it must have',
        'svc.json:8:7: tags[1].key must be a text, not 7; write it in quotes',
      ].join('\n'),
    );
  });

  it('is told at its place in the configuration', async () => {
    const place = (path: Path): string => `fairlead.yaml:${5 + path.length}:3`;
    const read = (source: DocumentSource, disk = reading('{}')): Promise<ServiceDefinition> =>
      readServiceDefinition(source, disk, NAME, place);
    await expect(read({ kind: 'inline', value: { desiredcount: 2 } })).rejects.toThrow(
      'fairlead.yaml:6:3: service_definition.desiredcount is an unknown member; did you mean desiredCount?',
    );
    const missing = Object.assign(new Error('open'), { code: 'ENOENT' });
    await expect(
      read({ kind: 'named', text: 'deploy/service-defnition.json' }, reading(missing)),
    ).rejects.toThrow(
      'fairlead.yaml:5:3: service_definition: cannot read deploy/service-defnition.json: there is no such file; did you mean deploy/service-definition.json?',
    );
  });

  it('is no object, no JSON, or not there', async () => {
    await expect(file('[]')).rejects.toThrow('svc.json:1:1: the file must be a JSON object');
    await expect(file('{')).rejects.toThrow(
      'svc.json:1:2: this is no JSON: the file ends in the middle of it',
    );
    const missing = Object.assign(new Error('open'), { code: 'ENOENT' });
    const read = readServiceDefinition({ kind: 'named', text: 'no.json' }, reading(missing), NAME);
    await expect(read).rejects.toThrow(/^cannot read no\.json: there is no such file$/);
    const denied = reading(
      Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }),
    );
    await expect(
      readServiceDefinition({ kind: 'named', text: 'no.json' }, denied, NAME),
    ).rejects.toThrow(/^cannot read no\.json: EACCES: permission denied$/);
    const folder = reading(Object.assign(new Error('EISDIR: read'), { code: 'EISDIR' }));
    await expect(readServiceDefinition({ kind: 'named', text: '.' }, folder, NAME)).rejects.toThrow(
      /^cannot read \.: this is a folder; name a file$/,
    );
  });

  it('says something twice', async () => {
    await expect(file('{ "desiredCount": 2,\n  "desiredCount": 3 }')).rejects.toThrow(
      /^svc\.json:2:3: "desiredCount" stands here twice; leave one out$/,
    );
  });

  it('names and ARNs of the same service do not contradict', async () => {
    const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod';
    await expect(file(JSON.stringify({ cluster, serviceName: 'web' }))).resolves.toBeDefined();
  });
});
