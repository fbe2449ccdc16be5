import { describe, expect, it } from 'vitest';
import type { FileConfiguration } from '../../../src/deploy/configuration/configuration.ts';
import {
  parseConfiguration,
  readConfiguration,
  readConfiguredService,
} from '../../../src/deploy/configuration/parse-configuration.ts';
import { VARIABLES, WHOLE } from './examples.ts';

function parse(
  text: string,
  variables: Readonly<Record<string, string>> = {},
  file = 'fairlead.yaml',
): FileConfiguration {
  return parseConfiguration(text, file, variables);
}

const NO_TRAFFIC = {
  productionListenerRule: undefined,
  testListenerRule: undefined,
  alternateTargetGroupArn: undefined,
};

describe('a configuration', () => {
  it('says what is rolled out, where and how', () => {
    const { analysis, places, ...rest } = parse(WHOLE, VARIABLES);
    expect(places?.taskDefinition?.([])).toBe('fairlead.yaml:5:1');
    expect(places?.serviceDefinition?.([])).toBe('fairlead.yaml:6:1');
    expect(rest).toEqual({
      region: 'us-east-1',
      cluster: 'production',
      service: 'my-app',
      taskDefinition: { kind: 'named', text: 'task-definition.json' },
      serviceDefinition: { kind: 'named', text: 'service-definition.json' },
      // Not 1.1: only AWS parts have numbers.
      images: new Map([['my-app', 'my-repo/my-app:1.10']]),
      strategy: {
        ...{ type: 'canary', steps: [20], onClientLoss: 'rollback', traffic: NO_TRAFFIC },
        ...{ stepBakeMs: 300_000, finalBakeMs: 600_000 },
      },
      hooks: {
        before: [
          {
            ...{ kind: 'run_task', task: 'migrate', command: ['npm', 'run', 'migrate'] },
            ...{ oneWay: false, timeoutMs: 3_600_000 },
          },
        ],
        after: [
          {
            ...{ kind: 'command', command: ['sh', '-c', './smoke.sh'] },
            ...{ oneWay: false, timeoutMs: 900_000 },
          },
        ],
      },
      tags: 'any',
      onCancel: 'rollback',
      timeoutMs: 1_800_000,
    });
    const common = { onNoData: 'wait', deadlineMs: 600_000, moments: ['production'] };
    expect(analysis).toEqual([
      {
        ...{ ...common, kind: 'target_5xx_ratio', name: 'target_5xx_ratio' },
        ...{ max: 0.01, minSamples: 200, compare: undefined },
      },
      {
        ...{ ...common, kind: 'target_response_time', name: 'target_response_time' },
        ...{ limitMs: 250, maxShareOver: 0.05, minSamples: 100, compare: 'baseline' },
      },
      {
        ...{ ...common, kind: 'cloudwatch', name: 'cloudwatch', min: undefined, max: 10 },
        queries: [
          {
            Id: 'm1',
            MetricStat: {
              ...{ Metric: { Namespace: 'Shop', MetricName: 'Orders' }, Period: 60, Stat: 'Sum' },
            },
          },
        ],
      },
      {
        ...{ ...common, kind: 'prometheus', name: 'prometheus', min: 0.99, max: undefined },
        ...{ url: 'http://prometheus:9090', query: 'rate(x{a="b"}[5m])' },
      },
      {
        ...{ ...common, kind: 'http', name: 'http', moments: ['test', 'production'] },
        ...{ url: 'https://test.example.com/health', expect: 204, json: { version: '2.0.0' } },
      },
    ]);
  });

  it('needs nothing but what the command line does not say', () => {
    expect(parse('service: web')).toEqual({
      ...{ region: undefined, cluster: 'default', service: 'web', timeoutMs: undefined },
      ...{ taskDefinition: undefined, serviceDefinition: undefined, images: new Map() },
      ...{ strategy: undefined, analysis: [], hooks: { before: [], after: [] } },
      ...{ tags: 'immutable', onCancel: 'detach' },
    });
    expect(parse('cluster: x').service).toBeUndefined();
  });

  it('leaves to ECS what a strategy does not say', () => {
    expect(parse('strategy: { type: linear }').strategy).toEqual({
      ...{ type: 'linear', steps: [], stepBakeMs: undefined, finalBakeMs: undefined },
      ...{ onClientLoss: undefined, traffic: NO_TRAFFIC },
    });
  });

  it('takes several steps for services under the EXTERNAL controller, and the traffic by name', () => {
    const rule = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3';
    const listener = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2';
    const group = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/green/1';
    const { strategy } = parse(`strategy:
  type: canary
  steps: [0.5%, 25 %, 100%]
  step_bake: 0s
  productionListenerRule: ${rule}
  testListenerRule: ${listener}
  alternateTargetGroupArn: ${group}
`);
    expect(strategy).toMatchObject({
      ...{ steps: [0.5, 25, 100], stepBakeMs: 0 },
      traffic: {
        ...{ productionListenerRule: rule, testListenerRule: listener },
        alternateTargetGroupArn: group,
      },
    });
  });

  it('takes a single image for a definition with one container', () => {
    expect(parse('images: team/web:1.2.0').images).toEqual(new Map([['', 'team/web:1.2.0']]));
  });

  it('names checks by their kind, and tells those of one kind apart by a number', () => {
    const url = 'http://localhost/';
    const { analysis } = parse(`analysis:
  - { http: { url: "${url}" } }
  - { http: { url: "${url}" }, name: http-2 }
  - { http: { url: "${url}" }, at: test }
  - { metric: target_5xx_ratio, compare: baseline, at: both, deadline: 90s, on_no_data: fail }
`);
    expect(analysis.map(({ name }) => name)).toEqual([
      ...['http', 'http-2', 'http-3', 'target_5xx_ratio'],
    ]);
    expect(analysis[2]).toMatchObject({ moments: ['test'], expect: 200, json: {} });
    expect(analysis[3]).toMatchObject({
      ...{ moments: ['test', 'production'], deadlineMs: 90_000, onNoData: 'fail' },
      ...{ max: undefined, minSamples: 100, compare: 'baseline' },
    });
  });

  it('takes CloudWatch queries as the AWS CLI takes them too', () => {
    const { analysis } = parse(`analysis:
  - max: 5
    cloudwatch:
      MetricDataQueries:
        - { Id: e, Expression: "SUM(METRICS())", Label: "1" }
        - { Id: m1, ReturnData: false, MetricStat: { Stat: p99, Period: 60 } }
`);
    expect(analysis[0]).toMatchObject({
      queries: [
        { Id: 'e', Expression: 'SUM(METRICS())', Label: '1' },
        { Id: 'm1', ReturnData: false, MetricStat: { Stat: 'p99', Period: 60 } },
      ],
    });
  });

  it('a hook of this machine is a program with its arguments, or a line for the shell', () => {
    const { hooks } = parse(`hooks:
  before: [{ command: [node, check.js, 8080] }, { command: "npm ci && npm test", one_way: true }]
`);
    expect(hooks.before).toEqual([
      {
        ...{ kind: 'command', command: ['node', 'check.js', '8080'] },
        ...{ oneWay: false, timeoutMs: 900_000 },
      },
      {
        ...{ kind: 'command', command: ['sh', '-c', 'npm ci && npm test'] },
        ...{ oneWay: true, timeoutMs: 900_000 },
      },
    ]);
  });
});

describe('the parts that are AWS’s', () => {
  it('keep their keys, and plain scalars have their types, variables too', () => {
    const { taskDefinition, serviceDefinition } = parse(
      `task_definition:
  family: web
  cpu: "256"
  containerDefinitions:
    - name: web
      image: team/web:1.10
      essential: true
      portMappings: [{ containerPort: 8080 }]
      environment:
        - name: VERSION
          value: "\${VERSION}"
      dockerLabels: { com.example.my-label_x: "yes" }
service_definition:
  desiredCount: \${COUNT}
  deploymentConfiguration: { maximumPercent: 200 }
  enableExecuteCommand: \${EXEC:-false}
`,
      { VERSION: '1.10', COUNT: '4' },
    );
    expect(taskDefinition).toEqual({
      kind: 'inline',
      value: {
        ...{ family: 'web', cpu: '256' },
        containerDefinitions: [
          {
            ...{ name: 'web', image: 'team/web:1.10', essential: true },
            portMappings: [{ containerPort: 8080 }],
            environment: [{ name: 'VERSION', value: '1.10' }],
            dockerLabels: { 'com.example.my-label_x': 'yes' },
          },
        ],
      },
    });
    expect(serviceDefinition).toEqual({
      kind: 'inline',
      value: {
        ...{ desiredCount: 4, enableExecuteCommand: false },
        deploymentConfiguration: { maximumPercent: 200 },
      },
    });
  });

  it('are as written in a JSON file', () => {
    const text = JSON.stringify(
      {
        $schema: './node_modules/fairlead/schema/fairlead.schema.json',
        service: 'web',
        service_definition: { desiredCount: 4, platformVersion: '1.4', x: [null, true, 1e3] },
        analysis: [{ http: { url: 'http://x/', json: { n: 1, s: '1' } }, deadline: 90 }],
        strategy: { type: 'canary', steps: ['20%'] },
      },
      undefined,
      '\t',
    );
    const read = parse(text, {}, 'fairlead.json');
    expect(read.serviceDefinition).toEqual({
      kind: 'inline',
      value: { desiredCount: 4, platformVersion: '1.4', x: [null, true, 1000] },
    });
    expect(read.analysis[0]).toMatchObject({ json: { n: 1, s: '1' }, deadlineMs: 90_000 });
  });
});

describe('paths in a configuration', () => {
  it.each([
    ['fairlead.yaml', 'td.json', 'td.json'],
    ['deploy/fairlead.yaml', 'td.json', 'deploy/td.json'],
    ['deploy/fairlead.yaml', '../td.json', 'td.json'],
    ['/etc/app/fairlead.yaml', './td.json', '/etc/app/td.json'],
    ['deploy/fairlead.yaml', '/srv/td.json', '/srv/td.json'],
    ['deploy/fairlead.yaml', 'file://td.json', 'deploy/td.json'],
    // A family has no slash and no dot, a file has one.
    ['fairlead.yaml', './td', './td'],
    ['deploy/fairlead.yaml', './td', 'deploy/td'],
    ['deploy/fairlead.yaml', 'family', 'family'],
    ['deploy/fairlead.yaml', 'family:3', 'family:3'],
    [
      'deploy/fairlead.yaml',
      'arn:aws:ecs:eu-west-1:123456789012:task-definition/a:1',
      'arn:aws:ecs:eu-west-1:123456789012:task-definition/a:1',
    ],
  ])('in %s the task definition %s is %s', (file, written, text) => {
    expect(parse(`task_definition: "${written}"`, {}, file).taskDefinition).toEqual({
      ...{ kind: 'named', text },
    });
  });

  it('a service definition is always a file', () => {
    expect(parse('service_definition: web', {}, 'a/b.yaml').serviceDefinition).toEqual({
      ...{ kind: 'named', text: 'a/web' },
    });
    expect(parse('service_definition: web').serviceDefinition).toEqual({
      ...{ kind: 'named', text: './web' },
    });
  });
});

describe('the file that is read', () => {
  const files = (texts: Readonly<Record<string, string>>) => ({
    variables: { SERVICE: 'web' },
    readFile: (path: string): Promise<string> => {
      const text = texts[path];
      if (text !== undefined) return Promise.resolve(text);
      return Promise.reject(Object.assign(new Error(`no ${path}`), { code: 'ENOENT' }));
    },
  });

  it.each([
    [{ 'fairlead.yaml': 'service: a', 'fairlead.json': '{"service":"b"}' }, 'a'],
    [{ 'fairlead.yml': 'service: a', 'fairlead.json': '{"service":"b"}' }, 'a'],
    [{ 'fairlead.json': '{"service":"${SERVICE}"}' }, 'web'],
  ])('of %j is that of %s', async (texts, service) => {
    const read = await readConfiguration({ path: undefined, ...files(texts) });
    expect(read).toMatchObject({ service });
  });

  it('is nothing where there is none', async () => {
    expect(await readConfiguration({ path: undefined, ...files({}) })).toBeUndefined();
  });

  it('is the one that was named', async () => {
    const texts = { 'fairlead.yaml': 'service: a', 'other/x.yaml': 'task_definition: td.json' };
    expect(await readConfiguration({ path: 'other/x.yaml', ...files(texts) })).toMatchObject({
      taskDefinition: { text: 'other/td.json' },
    });
  });

  it('must be there when it was named', async () => {
    await expect(
      readConfiguration({ path: 'nowhere.yaml', ...files({ 'fairlead.yaml': 'service: a' }) }),
    ).rejects.toMatchObject({
      ...{ name: 'UserError', code: 'CONFIGURATION_UNREADABLE', exitCode: 2 },
      message: 'the configuration file nowhere.yaml does not exist',
    });
  });

  it('must be readable where it is there', async () => {
    const readFile = (): Promise<string> =>
      Promise.reject(Object.assign(new Error('EISDIR: it is a directory'), { code: 'EISDIR' }));
    await expect(
      readConfiguration({ path: undefined, readFile, variables: {} }),
    ).rejects.toMatchObject({
      ...{ code: 'CONFIGURATION_UNREADABLE', exitCode: 2 },
      message: 'the configuration file fairlead.yaml cannot be read: EISDIR: it is a directory',
    });
  });
});

describe('which service a configuration is about', () => {
  const read = (text: string): ReturnType<typeof readConfiguredService> =>
    readConfiguredService({
      path: 'fairlead.yaml',
      readFile: () => Promise.resolve(text),
      variables: { STAGE: 'prod' },
    });

  it('is read although variables of other parts are not set, and other parts are wrong', async () => {
    const text =
      'cluster: ${STAGE}\nservice: web\nimages: { web: "web:${VERSION}" }\nstrategy: 7\n';
    expect(await read(text)).toStrictEqual({ region: undefined, cluster: 'prod', service: 'web' });
  });

  it('must be said rightly all the same', async () => {
    await expect(read('service: ${NAME}\n')).rejects.toThrow(
      /fairlead\.yaml:1:1: service has the variable NAME, which is not set/,
    );
  });
});
