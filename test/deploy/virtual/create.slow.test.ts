/**
 * A deploy that creates its service, under a bad API: whatever the weather, one service is created with one deployment and one
 * task definition, and the verdict is that of a fine day.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { deploy } from '../../../src/deploy/commands/deploy.ts';
import type { JsonObject } from '../../../src/deploy/definition/json.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import { badApi, cut, losingReceipt, STORM } from './bad-api.ts';
import type { Layer, SdkAnswer } from './virtual-clients.ts';
import { VirtualDeploys } from './virtual-deploy.ts';

const LONG_MS = 600_000;
const RUNS = 40;
const HOUR_MS = 3_600_000;
const MODELS = { 'app:9.0.0': { exit: { afterMs: 2000, exitCode: 7 } } };
const NAME = { cluster: 'shop', service: 'api' };

const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };
const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const ROLLING: JsonObject = { ...NETWORK, desiredCount: 2, deploymentConfiguration: BREAKER };
const EXTERNAL: JsonObject = {
  ...{ ...NETWORK, desiredCount: 2 },
  deploymentController: { type: 'EXTERNAL' },
};

/** Creates the service `api` for an image, and tells what came of it, with nothing in it that only numbers differ in. */
async function outcomeOf(
  image: string,
  definition: JsonObject,
  layerOf: (deploys: VirtualDeploys) => Layer | undefined,
) {
  const deploys = await VirtualDeploys.start({ models: MODELS });
  const { ecs } = deploys.world.scenario;
  const definitions = ecs.store.taskDefinitions.size;
  const layer = layerOf(deploys);
  const { result, client, entries } = await deploys.run(
    (dependencies): Promise<RolloutResult> =>
      deploy(
        {
          ...NAME,
          ...{ images: [image], taskDefinition: 'app:1', allowMutableTag: false },
          ...{ wait: true, rollback: true, timeoutMs: 4 * HOUR_MS },
          serviceDefinition: { kind: 'inline', value: definition },
        },
        dependencies,
      ),
    { ...(layer === undefined ? {} : { layer }), change: { random: seededRandom(5) } },
  );
  await ecs.clock.advance(HOUR_MS / 4);
  const service = [...ecs.store.services.values()].find((each) => each.serviceName === 'api');
  const { taskArns = [] } = await ecs.call('ListTasks', {
    ...{ cluster: 'shop', serviceName: 'api', desiredStatus: 'RUNNING' },
  });
  const { serviceDeployments = [] } = await ecs.call('ListServiceDeployments', NAME);
  return {
    end: {
      verdict: result?.verdict,
      exitCode: result?.exitCode,
      services: ecs.store.services.size,
      registered: ecs.store.taskDefinitions.size - definitions,
      desired: service?.desiredCount,
      running: taskArns.length,
      rollouts: serviceDeployments.map(({ status }) => status),
      taskSets: [...ecs.store.taskSets.values()].map(({ status }) => status),
      tags: service?.tags,
    },
    sent: client.sent,
    record: entries.filter((entry) => entry.kind === 'verdict').length,
    why: JSON.stringify(result?.cause),
  };
}

const fineDay = (): undefined => undefined;

describe.each([
  ['a service that works', 'app:8.0.0', ROLLING, 'succeeded'],
  ['a service whose tasks exit', 'app:9.0.0', ROLLING, 'failed'],
  ['a service of task sets', 'app:8.0.0', EXTERNAL, 'succeeded'],
] as const)('the creation of %s', (_name, image, definition, verdict) => {
  it(
    'comes to the same end in any weather, and nothing is done twice',
    async () => {
      const fine = await outcomeOf(image, definition, fineDay);
      expect(fine.end).toMatchObject({ verdict, services: 2, registered: 1, desired: 2 });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
          const bad = await outcomeOf(image, definition, ({ world }) =>
            badApi(world.scenario.ecs.clock, seed, { ...STORM, fromNothing: true }),
          );
          expect(bad.end, bad.why).toStrictEqual(fine.end);
          expect(bad.record).toBe(1);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    LONG_MS,
  );
});

/** Answers the first requests for CreateService so, in place of ECS or after it. */
function first(
  times: number,
  answer: (send: () => Promise<SdkAnswer>) => Promise<SdkAnswer>,
): Layer {
  let left = times;
  return (request, send) =>
    request.operation === 'CreateService' && left-- > 0 ? answer(send) : send();
}

const error = (statusCode: number, type: string, message: string): SdkAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ __type: type, message }),
});

/** Reads of the new service tell for so long that there is nothing. */
function behind(
  operation: RegExp,
  forMs: number,
  nothing: object,
): (deploys: VirtualDeploys) => Layer {
  return ({ world }) => {
    const { clock } = world.scenario.ecs;
    let created: number | undefined;
    return async (request, send) => {
      const answer = await send();
      if (request.operation === 'CreateService') created ??= clock.now();
      const late = created !== undefined && clock.now() - created < forMs;
      return late && operation.test(request.operation)
        ? { ...answer, statusCode: 200, body: JSON.stringify(nothing) }
        : answer;
    };
  };
}

const MISSING = { services: [], failures: [{ arn: 'api', reason: 'MISSING' }] };

describe('the creation of a service comes to the same end when', () => {
  it.each<[string, (deploys: VirtualDeploys) => Layer, number]>([
    [
      'CreateService is throttled',
      () => first(4, () => Promise.resolve(error(400, 'ThrottlingException', 'Rate exceeded'))),
      5,
    ],
    [
      'ECS creates it and answers 500',
      () =>
        first(3, async (send) => {
          await send();
          return error(500, 'ServerException', 'Service Unavailable');
        }),
      4,
    ],
    ['the connection breaks after ECS created it', () => losingReceipt('CreateService'), 2],
    [
      'the connection breaks before ECS heard of it',
      () => first(2, () => Promise.reject(cut())),
      3,
    ],
    [
      'ECS created it, and says on the second request that it exists',
      () => {
        let asked = 0;
        return first(2, async (send) => {
          asked += 1;
          if (asked === 2) {
            return error(
              400,
              'InvalidParameterException',
              'Creation of service was not idempotent.',
            );
          }
          await send();
          throw cut();
        });
      },
      2,
    ],
    [
      'ECS created it, and no answer ever comes',
      () =>
        first(1000, async (send) => {
          await send();
          throw cut();
        }),
      8,
    ],
    ['it is MISSING for 40 s', behind(/^DescribeServices$/, 40_000, MISSING), 1],
    [
      'its service deployment is listed 60 s late',
      behind(/^(List|Describe)ServiceDeployments$/, 60_000, { serviceDeployments: [] }),
      1,
    ],
  ])('%s', async (_name, layerOf, requests) => {
    const fine = await outcomeOf('app:8.0.0', ROLLING, fineDay);
    const bad = await outcomeOf('app:8.0.0', ROLLING, layerOf);
    expect(bad.end, bad.why).toStrictEqual(fine.end);
    expect(bad.end).toMatchObject({ verdict: 'succeeded', running: 2, rollouts: ['SUCCESSFUL'] });
    expect(bad.sent.filter((each) => each === 'CreateService')).toHaveLength(requests);
  });
});
