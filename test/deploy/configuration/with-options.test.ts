import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import type {
  Configuration,
  DefinitionPlaces,
} from '../../../src/deploy/configuration/configuration.ts';
import {
  readAnalysisOption,
  readHookOption,
} from '../../../src/deploy/configuration/option-readers.ts';
import { parseConfiguration } from '../../../src/deploy/configuration/parse-configuration.ts';
import { withOptions } from '../../../src/deploy/configuration/with-options.ts';
import type { ConfigurationOptions } from '../../../src/deploy/configuration/configuration-options.ts';
import { VARIABLES, WHOLE } from './examples.ts';

const whole = parseConfiguration(WHOLE, 'fairlead.yaml', VARIABLES);

/** The place of one definition of the file, where an option has the other. */
function onlyPlace(name: keyof DefinitionPlaces): Pick<Configuration, 'places'> {
  const place = whole.places?.[name];
  return place === undefined ? {} : { places: { [name]: place } };
}

function laid(text: string, options: ConfigurationOptions): Configuration {
  return withOptions(parseConfiguration(`service: web\n${text}`, 'fairlead.yaml', {}), options);
}

function complaints(configure: () => unknown): readonly string[] {
  try {
    configure();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    return error.message.split('\n');
  }
  throw new Error('nothing was wrong');
}

const RATIO = readAnalysisOption('{ metric: target_5xx_ratio, max: 1% }');
const HTTP = readAnalysisOption('{ http: { url: "http://x/" } }');
const MIGRATE = readHookOption('{ run_task: migrate, one_way: true }', 'before');
const SMOKE = readHookOption('{ command: ./smoke.sh }', 'after');

describe('options', () => {
  it('say it all where there is no file', () => {
    expect(
      withOptions(undefined, {
        ...{ cluster: 'production', service: 'web', region: 'eu-west-1', images: ['team/web:2'] },
        ...{ taskDefinition: 'web:3', serviceDefinition: 'service.json', strategy: 'canary' },
        ...{ steps: [20], stepBakeMs: 60_000, finalBakeMs: 0, analysis: [RATIO, HTTP, RATIO] },
        ...{ before: [MIGRATE], after: [SMOKE], allowMutableTag: true, onCancel: 'stop' },
        timeoutMs: 1000,
      }),
    ).toEqual({
      ...{ cluster: 'production', service: 'web', region: 'eu-west-1' },
      images: new Map([['', 'team/web:2']]),
      taskDefinition: { kind: 'named', text: 'web:3' },
      serviceDefinition: { kind: 'named', text: 'service.json' },
      strategy: {
        ...{ type: 'canary', steps: [20], stepBakeMs: 60_000, finalBakeMs: 0 },
        onClientLoss: undefined,
        traffic: {
          ...{ productionListenerRule: undefined, testListenerRule: undefined },
          alternateTargetGroupArn: undefined,
        },
      },
      analysis: [
        { ...RATIO, name: 'target_5xx_ratio' },
        { ...HTTP, name: 'http' },
        { ...RATIO, name: 'target_5xx_ratio-2' },
      ],
      hooks: { before: [MIGRATE], after: [SMOKE] },
      ...{ tags: 'any', onCancel: 'stop', timeoutMs: 1000 },
    });
  });

  it('need no more than the service', () => {
    expect(withOptions(undefined, { service: 'web' })).toEqual(
      parseConfiguration('service: web', 'fairlead.yaml', {}),
    );
  });

  it('that are not given leave the file as it is', () => {
    expect(withOptions(whole, {})).toEqual(whole);
    expect(withOptions(whole, { allowMutableTag: false, steps: undefined })).toEqual(whole);
  });

  it.each<[ConfigurationOptions, Partial<Configuration>]>([
    [{ cluster: 'c' }, { cluster: 'c' }],
    [{ service: 's' }, { service: 's' }],
    [{ region: 'eu-west-3' }, { region: 'eu-west-3' }],
    [
      { taskDefinition: 'f:1' },
      {
        taskDefinition: { kind: 'named', text: 'f:1' },
        ...onlyPlace('serviceDefinition'),
      },
    ],
    [
      { serviceDefinition: 'x' },
      {
        serviceDefinition: { kind: 'named', text: 'x' },
        ...onlyPlace('taskDefinition'),
      },
    ],
    [{ onCancel: 'stop' }, { onCancel: 'stop' }],
    [{ timeoutMs: 5 }, { timeoutMs: 5 }],
    [{ analysis: [HTTP] }, { analysis: [{ ...HTTP, name: 'http' }] }],
    [{ after: [] }, { hooks: { before: whole.hooks.before, after: [] } }],
    [{ before: [] }, { hooks: { before: [], after: whole.hooks.after } }],
  ])('%j takes the place of what the file says', (options, changed) => {
    expect(withOptions(whole, options)).toEqual({ ...whole, ...changed });
  });

  it('name the service that the file leaves open', () => {
    const open = parseConfiguration('cluster: c', 'fairlead.yaml', {});
    expect(withOptions(open, { service: 'web' })).toMatchObject({ cluster: 'c', service: 'web' });
    for (const file of [undefined, open])
      expect(complaints(() => withOptions(file, {}))).toEqual([
        '--service is missing; give it, or write "service: NAME" in fairlead.yaml',
      ]);
  });

  it.each<[ConfigurationOptions, string]>([
    [{ cluster: 'a b' }, '--cluster must be the name or ARN of a cluster, not "a b"'],
    [{ service: '' }, '--service is empty; it must be the name or ARN of a service'],
    [{ region: 'x' }, '--region must be an AWS region, such as eu-west-1, not "x"'],
    [
      { taskDefinition: 'a b' },
      '--task-definition is wrong: "a b" is neither a file nor a task definition',
    ],
    [
      { serviceDefinition: '' },
      '--service-definition is empty; it must be the path of a JSON file, or the service definition itself',
    ],
  ])('%j: %s', (options, problem) => {
    expect(complaints(() => withOptions(whole, options))).toEqual([problem]);
  });
});

describe('--image', () => {
  it.each([
    ['', ['team/web:2'], { '': 'team/web:2' }],
    ['images: team/web:1', ['team/web:2'], { '': 'team/web:2' }],
    ['images: { web: team/web:1 }', ['web=team/web:2'], { web: 'team/web:2' }],
    // One that names no container is that of the file's only one.
    ['images: { web: team/web:1 }', ['team/web:2'], { web: 'team/web:2' }],
    ['images: { web: a/b:1, log: c/d:1 }', ['log=c/d:2'], { web: 'a/b:1', log: 'c/d:2' }],
    ['images: { web: a/b:1 }', ['log=c/d:2'], { web: 'a/b:1', log: 'c/d:2' }],
    ['images: a/b:1', ['log=c/d:2'], { '': 'a/b:1', log: 'c/d:2' }],
    ['', ['web=a/b:1', 'web=a/b:1'], { web: 'a/b:1' }],
  ])('over %j with %j', (text, images, result) => {
    expect(laid(text, { images }).images).toEqual(new Map(Object.entries(result)));
  });

  it.each([
    ['', ['web=a/b:1', 'web=a/b:2'], '--image is given twice for container web: a/b:1 and a/b:2'],
    ['', ['a/b:1', 'a/b:2'], '--image is given twice for no container: a/b:1 and a/b:2'],
    [
      '',
      ['A/b:1'],
      '--image is wrong: "A/b:1" is no image reference: the repository "A/b" has capital letters',
    ],
    ['', ['we b=a/b:1'], '--image is wrong: "we b" in "we b=a/b:1" is no container name'],
    [
      'images: { web: a/b:1, log: c/d:1 }',
      ['a/b:2'],
      '--image a/b:2 names no container, and the file has images of web, log; write --image CONTAINER=a/b:2',
    ],
  ])('over %j with %j: %s', (text, images, problem) => {
    expect(complaints(() => laid(text, { images }))[0]).toContain(problem);
  });
});

describe('--strategy', () => {
  const canary =
    'strategy: { type: canary, steps: [20%], step_bake: 5m, final_bake: 10m, on_client_loss: rollback }';

  it('of the same type keeps what the file says', () => {
    expect(laid(canary, { strategy: 'canary' })).toEqual(laid(canary, {}));
    expect(laid(canary, { steps: [5], stepBakeMs: 0 }).strategy).toMatchObject({
      ...{ type: 'canary', steps: [5], stepBakeMs: 0, finalBakeMs: 600_000 },
    });
  });

  it.each<[ConfigurationOptions, object]>([
    [
      { strategy: 'linear' },
      { steps: [], stepBakeMs: 300_000, finalBakeMs: 600_000, onClientLoss: 'rollback' },
    ],
    [
      { strategy: 'blue_green' },
      { steps: [], stepBakeMs: undefined, finalBakeMs: 600_000, onClientLoss: 'rollback' },
    ],
    [
      { strategy: 'rolling' },
      { steps: [], stepBakeMs: undefined, finalBakeMs: undefined, onClientLoss: undefined },
    ],
    [
      { strategy: 'linear', steps: [10] },
      { steps: [10], stepBakeMs: 300_000 },
    ],
  ])('%j takes from a canary only what it has a use for', (options, strategy) => {
    expect(laid(canary, options).strategy).toMatchObject({ type: options.strategy, ...strategy });
  });

  it.each<[string, ConfigurationOptions, readonly string[]]>([
    [
      '',
      { steps: [20], stepBakeMs: 1, finalBakeMs: 1, onClientLoss: 'rollback' },
      ['--steps', '--step-bake', '--final-bake', '--on-client-loss'].map(
        (option) => `${option} needs --strategy, which says what it is meant for`,
      ),
    ],
    [
      '',
      { strategy: 'blue_green', steps: [20] },
      [
        '--steps cannot go with --strategy blue_green, which has no steps; use canary or linear, or leave it out',
      ],
    ],
    [
      'strategy: { type: linear }',
      { steps: [20, 30] },
      [
        '--steps must be one step size, such as [10%], for strategy.type linear; several unequal steps are canary on a service under the EXTERNAL controller',
      ],
    ],
    [
      canary,
      { steps: [30, 20] },
      [
        '--steps is 20%, not above the step before it, 30%; steps are shares of all traffic and grow',
      ],
    ],
    [
      'analysis: [{ http: { url: "http://x/" } }]',
      { strategy: 'rolling' },
      [expect.stringMatching(/^analysis cannot go with --strategy rolling: /) as string],
    ],
    [
      'strategy: { type: rolling }',
      { analysis: [HTTP], onClientLoss: 'rollback' },
      [
        expect.stringMatching(/^--on-client-loss cannot go with strategy.type rolling: /) as string,
        expect.stringMatching(/^--analysis cannot go with strategy.type rolling: /) as string,
      ],
    ],
    [
      '',
      {
        analysis: [
          { ...HTTP, name: 'x' },
          { ...RATIO, name: 'x' },
        ],
      },
      ['--analysis is "x", as that of another check; give each its own name'],
    ],
  ])('over %j, %j: the option is named', (text, options, problems) => {
    expect(complaints(() => laid(text, options))).toEqual(problems);
  });
});
