import { describe, expect, it } from 'vitest';
import { FakeAws, FakeError, TARGET_GROUP } from '../fake-aws.ts';
import { definition, playDeploy } from '../play.ts';

describe('deploy refuses, with exit code 2 and nothing changed', () => {
  const cases: [string, (aws: FakeAws) => void, Parameters<typeof playDeploy>[1], RegExp][] = [
    ['nothing to do', () => undefined, { images: [] }, /nothing to deploy/],
    [
      'a moving tag',
      () => undefined,
      { images: ['team/web:latest'] },
      /"team\/web:latest" for container "web" has the tag "latest"/,
    ],
    ['no tag', () => undefined, { images: ['team/web'] }, /has no tag/],
    [
      'an unknown container',
      () => undefined,
      { images: ['app=team/web:2'] },
      /no container "app"; it has: web/,
    ],
    ['a broken reference', () => undefined, { images: ['team/web:'] }, /its tag is empty/],
    [
      'a missing file',
      () => undefined,
      { taskDefinition: './nowhere.json' },
      /cannot read \.\/nowhere\.json: there is no such file/,
    ],
    [
      'an unknown revision',
      () => undefined,
      { images: [], taskDefinition: 'web:99' },
      /no task definition "web:99"/,
    ],
    ['a negative count', () => undefined, { desiredCount: -1 }, /--desired-count -1/],
    ['a missing service', (aws) => (aws.missing = true), {}, /cluster "prod" has no service "web"/],
    [
      'a missing cluster',
      (aws) =>
        aws.denied.set(
          'DescribeServices',
          new FakeError('ClusterNotFoundException', 'Cluster not found.'),
        ),
      {},
      /no cluster "prod"/,
    ],
    [
      'a draining service',
      (aws) => (aws.service['status'] = 'DRAINING'),
      {},
      /is DRAINING, not ACTIVE/,
    ],
    [
      'an EXTERNAL service without a task set to take the definition from',
      (aws) => (aws.service['deploymentController'] = { type: 'EXTERNAL' }),
      {},
      /runs no task definition yet/,
    ],
    [
      'a CodeDeploy service',
      (aws) => (aws.service['deploymentController'] = { type: 'CODE_DEPLOY' }),
      {},
      /deployed by CodeDeploy/,
    ],
    [
      'a deadlock',
      (aws) =>
        (aws.service['deploymentConfiguration'] = {
          minimumHealthyPercent: 100,
          maximumPercent: 100,
        }),
      {},
      /nothing may start and nothing may stop/,
    ],
    [
      "a lost load balancer's port",
      (aws) =>
        (aws.service['loadBalancers'] = [
          { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 81 },
        ]),
      {},
      /port 81 of container "web"/,
    ],
    [
      'an inactive revision',
      (aws) => aws.define(5, 'team/web:0.9.0', { status: 'INACTIVE' }),
      { images: [], taskDefinition: 'web:5' },
      /web:5 is INACTIVE/,
    ],
    [
      'a grace period without a load balancer',
      () => undefined,
      { images: ['team/web:1.0.0'], healthCheckGracePeriodSeconds: 9 },
      /no load balancer/,
    ],
  ];
  it.each(cases)('%s', async (_name, arrange, request, message) => {
    const aws = new FakeAws();
    arrange(aws);
    const { result } = await playDeploy(aws, request);
    expect(result.error?.message).toMatch(message);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(aws.count('RegisterTaskDefinition') + aws.count('UpdateService')).toBe(0);
  });

  it.each([
    [
      { taskDefinition: './web-task.json' },
      'fairlead.yaml:6:1: task_definition: cannot read ./web-task.json: there is no such file; did you mean web-tasks.json?',
    ],
    [
      { taskDefinition: './broken.json' },
      './broken.json:2:1: this is no JSON: the file ends in the middle of it',
    ],
    [
      { taskDefinition: { family: 'web', containerDefinitions: [], cpu: 256 } },
      'fairlead.yaml:6:1: task_definition.cpu must be a text, not 256; write it in quotes',
    ],
    [
      { serviceDefinition: { kind: 'named', text: 'typo.json' } },
      'typo.json:2:3: desiredcount is an unknown member; did you mean desiredCount?',
    ],
    [
      { serviceDefinition: { kind: 'named', text: 'gone.json' } },
      'fairlead.yaml:7:1: service_definition: cannot read gone.json: there is no such file',
    ],
  ] satisfies [Parameters<typeof playDeploy>[1], string][])(
    'what is written wrong, at its place, before AWS is asked: %j',
    async (request, message) => {
      const files = new Map([
        ['./broken.json', '{\n'],
        ['typo.json', '{\n  "desiredcount": 2\n}'],
      ]);
      const aws = new FakeAws();
      const { result } = await playDeploy(
        aws,
        {
          images: [],
          places: {
            taskDefinition: () => 'fairlead.yaml:6:1',
            serviceDefinition: () => 'fairlead.yaml:7:1',
          },
          ...request,
        },
        {
          readFile: (path) => {
            const text = files.get(path);
            return text === undefined
              ? Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' }))
              : Promise.resolve(text);
          },
          listFolder: () => Promise.resolve(['web-tasks.json']),
        },
      );
      expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2, changed: [] });
      expect(result.error?.message.split('\n')).toContain(message);
      expect(aws.calls).toStrictEqual([]);
    },
  );

  it("a moving tag passes with --allow-mutable-tag, and an old sidecar is nobody's question", async () => {
    const aws = new FakeAws();
    const [web] = aws.definitions.get(definition(6))?.['containerDefinitions'] as object[];
    aws.define(6, '', {
      containerDefinitions: [web, { name: 'agent', image: 'agent:latest', essential: false }],
    });
    aws.story = () => aws.after(5000, () => aws.complete());
    expect((await playDeploy(aws)).result.verdict).toBe('succeeded');
    const allowed = new FakeAws();
    allowed.story = () => allowed.after(5000, () => allowed.complete());
    const { result } = await playDeploy(allowed, {
      images: ['team/web:latest'],
      allowMutableTag: true,
    });
    expect(result.verdict).toBe('succeeded');
  });
});
