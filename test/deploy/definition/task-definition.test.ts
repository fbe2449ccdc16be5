import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageOption } from '../../../src/deploy/definition/image-reference.ts';
import type { JsonObject } from '../../../src/deploy/definition/json.ts';
import { sameDefinition, sameTags } from '../../../src/deploy/definition/same-definition.ts';
import {
  containersOf,
  settableTags,
  toRegisterInput,
  withImages,
} from '../../../src/deploy/definition/task-definition.ts';

/** As DescribeTaskDefinition answers, with two members that no SDK of today knows. */
const DESCRIBED: JsonObject = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:6',
  family: 'web',
  revision: 6,
  status: 'ACTIVE',
  requiresAttributes: [{ name: 'ecs.capability.task-eni' }],
  compatibilities: ['EC2', 'FARGATE'],
  registeredAt: 1.789551556693e9,
  registeredBy: 'arn:aws:iam::123456789012:root',
  networkMode: 'awsvpc',
  cpu: '1024',
  memory: '2048',
  volumes: [],
  placementConstraints: [],
  requiresCompatibilities: ['FARGATE'],
  memberOfTomorrow: { enabled: true },
  containerDefinitions: [
    {
      name: 'web',
      image: 'team/web:1.0.0',
      cpu: 0,
      essential: true,
      portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': '/web',
          'awslogs-region': 'eu-west-1',
          'awslogs-stream-prefix': 'p',
        },
      },
      anotherOfTomorrow: 7,
    },
    { name: 'proxy', image: 'team/proxy:1', essential: false },
  ],
};

describe('toRegisterInput', () => {
  it('takes away what only an answer has and keeps everything else, known or not', () => {
    const input = toRegisterInput(DESCRIBED);
    expect(Object.keys(input).toSorted()).toStrictEqual([
      'containerDefinitions',
      'cpu',
      'family',
      'memberOfTomorrow',
      'memory',
      'networkMode',
      'placementConstraints',
      'requiresCompatibilities',
      'volumes',
    ]);
    expect(input['containerDefinitions']).toBe(DESCRIBED['containerDefinitions']);
  });
});

describe('settableTags', () => {
  it("drops AWS's own keys, which RegisterTaskDefinition refuses", () => {
    const tags = [
      { key: 'team', value: 'web' },
      { key: 'aws:cloudformation:stack-name', value: 's' },
      { key: 'AWS:x', value: 's' },
    ];
    expect(settableTags(tags)).toStrictEqual([tags[0]]);
  });
});

describe('withImages', () => {
  const images = (definition: JsonObject): readonly string[] =>
    containersOf(definition).map((container) => container.image);

  it('gives the image to the only essential container', () => {
    const changed = withImages(DESCRIBED, [parseImageOption('team/web:2.0.0')]);
    expect(images(changed)).toStrictEqual(['team/web:2.0.0', 'team/proxy:1']);
  });

  it('changes nothing but the images', () => {
    fc.assert(
      fc.property(fc.constantFrom('web', 'proxy'), fc.nat(999), (name, version) => {
        const image = `team/x:${version}`;
        const changed = withImages(DESCRIBED, [parseImageOption(`${name}=${image}`)]);
        expect(containersOf(changed).find((each) => each.name === name)?.image).toBe(image);
        const back = withImages(changed, [
          parseImageOption(`${name}=${name === 'web' ? 'team/web:1.0.0' : 'team/proxy:1'}`),
        ]);
        expect(back).toStrictEqual(DESCRIBED);
      }),
    );
  });

  it('names the containers when the named one is unknown', () => {
    expect(() => withImages(DESCRIBED, [parseImageOption('app=team/web:2')])).toThrow(
      /no container "app"; it has: web, proxy/,
    );
  });

  it('asks which container when several are essential', () => {
    const two = {
      ...DESCRIBED,
      containerDefinitions: [
        { name: 'a', image: 'x:1' },
        { name: 'b', image: 'x:1' },
      ],
    };
    expect(() => withImages(two, [parseImageOption('team/web:2')])).toThrow(
      /several containers.*a, b/,
    );
  });

  it('takes the only container even if nobody said that it is essential', () => {
    const one = { containerDefinitions: [{ name: 'a', image: 'x:1' }] };
    expect(images(withImages(one, [parseImageOption('x:2')]))).toStrictEqual(['x:2']);
  });

  it('refuses two images for one container', () => {
    const options = ['team/web:2', 'web=team/web:3'].map(parseImageOption);
    expect(() => withImages(DESCRIBED, options)).toThrow(/given two images/);
  });
});

describe('containersOf', () => {
  it('reads what a rollout looks at', () => {
    expect(containersOf(DESCRIBED)[0]).toStrictEqual({
      name: 'web',
      image: 'team/web:1.0.0',
      essential: true,
      hasHealthCheck: true,
      containerPorts: [8080],
      containerPortRanges: [],
      logDriver: 'awslogs',
      awslogs: { group: '/web', region: 'eu-west-1', streamPrefix: 'p' },
      environment: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
    });
  });
});

describe('sameDefinition', () => {
  /** The file that DESCRIBED was registered from. */
  const written: JsonObject = {
    family: 'web',
    networkMode: 'awsvpc',
    cpu: '1 vCPU',
    memory: '2 GB',
    requiresCompatibilities: ['FARGATE'],
    memberOfTomorrow: { enabled: true },
    containerDefinitions: [
      {
        name: 'web',
        image: 'team/web:1.0.0',
        portMappings: [{ containerPort: 8080 }],
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        healthCheck: { command: ['CMD', 'true'] },
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-stream-prefix': 'p',
            'awslogs-group': '/web',
            'awslogs-region': 'eu-west-1',
          },
        },
        anotherOfTomorrow: 7,
      },
      { name: 'proxy', image: 'team/proxy:1', essential: false },
    ],
  };

  it('sees through the defaults that ECS adds', () => {
    expect(sameDefinition(written, DESCRIBED)).toBe(true);
  });

  it.each<[string, (definition: JsonObject) => JsonObject]>([
    ['an image', (d) => withImages(d, [parseImageOption('team/web:2')])],
    ['a size', (d) => ({ ...d, memory: '4096' })],
    ['a member of tomorrow', (d) => ({ ...d, memberOfTomorrow: { enabled: false } })],
    [
      'the order of containers',
      (d) => ({
        ...d,
        containerDefinitions: [...(d['containerDefinitions'] as JsonObject[])].reverse(),
      }),
    ],
  ])('notices a change of %s', (_what, change) => {
    expect(sameDefinition(written, change(DESCRIBED))).toBe(false);
  });

  it('knows the host port that each network mode gives', () => {
    const bridge = (hostPort?: number): JsonObject => ({
      containerDefinitions: [
        {
          name: 'a',
          image: 'x:1',
          portMappings: [{ containerPort: 80, ...(hostPort === undefined ? {} : { hostPort }) }],
        },
      ],
    });
    expect(sameDefinition(bridge(), bridge(0))).toBe(true);
    expect(sameDefinition(bridge(), bridge(80))).toBe(false);
  });

  it('compares tags in any order, without those of AWS', () => {
    const a = [
      { key: 'x', value: '1' },
      { key: 'y', value: '2' },
    ];
    expect(sameTags(a, [...a].reverse())).toBe(true);
    expect(sameTags(a, [...a, { key: 'aws:z', value: '3' }])).toBe(true);
    expect(sameTags(a, a.slice(1))).toBe(false);
  });
});
