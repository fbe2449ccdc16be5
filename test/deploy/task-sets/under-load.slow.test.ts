/** A deploy and a rollback by task sets, with real programs and while the service is being used. */
import { DescribeServicesCommand, UpdateServicePrimaryTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import {
  createAwsClients,
  destroyAwsClients,
  type AwsClients,
} from '../../../src/deploy/aws/aws-clients.ts';
import { describeDefinition } from '../../../src/deploy/definition/raw-definition.ts';
import { runCommand, type Session } from '../../../src/deploy/session/session.ts';
import { deployTaskSets, type TaskSetPlan } from '../../../src/deploy/task-sets/deploy.ts';
import { describeWithTags } from '../../../src/deploy/task-sets/observe.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import type { RolloutEntry } from '../../../src/record/entries.ts';
import { registerVersion, startTraffic, WEB, type Traffic } from '../../system/balanced-service.ts';
import {
  countVersions,
  createExternalService,
  createTaskSet,
  createWeightedListener,
  untilSteady,
  type WeightedListener,
} from '../../system/task-set-service.ts';
import { openWorld, type World } from '../../system/world.ts';
import { NO_ANALYSIS, STEPS } from './virtual-world.ts';

const QUICK = { ...STEPS, stepBakeMs: 2000, finalBakeMs: 2000 };

describe('task sets under load', () => {
  let world: World;
  let clients: AwsClients;
  let listener: WeightedListener;
  let traffic: Traffic;

  beforeAll(async () => {
    world = await openWorld();
    const { url, region, credentials } = world.local;
    clients = await createAwsClients({ endpointUrl: url, region, credentials });
    listener = await createWeightedListener(world);
    await createExternalService(world, 2);
    const blue = await createTaskSet(world, 'app:1.0.0', listener.blue);
    await untilSteady(world, [blue]);
    await world.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...WEB, primaryTaskSet: blue }));
    traffic = startTraffic(listener.url, 100);
  });
  afterAll(async () => {
    await traffic.run.stop();
    destroyAwsClients(clients);
    await world.close();
  });

  async function deploy(
    image: string,
    analysis: TaskSetPlan['analysis'],
  ): Promise<{ readonly result: RolloutResult; readonly entries: readonly RolloutEntry[] }> {
    const definition = await registerVersion(world, image);
    const entries: RolloutEntry[] = [];
    const result = await runCommand(
      'deploy',
      WEB,
      {
        clients,
        clock: systemClock,
        random: systemRandom,
        sinks: [(entry) => entries.push(entry)],
        tool: { name: 'fairlead', version: '0.0.0' },
        polling: { shortestMs: 100, longestMs: 500 },
      },
      async (session: Session) => {
        const service = await describeWithTags(session);
        if (service === undefined) throw new Error('the service is gone');
        return deployTaskSets(session, {
          service,
          definition: await describeDefinition(session.api, clients.ecs, definition),
          strategy: QUICK,
          analysis,
          options: { wait: true, timeoutMs: 100_000 },
        });
      },
    );
    return { result, entries };
  }

  const primaryGroup = async (): Promise<string | undefined> => {
    const { services: [service] = [] } = await world.ecs.send(
      new DescribeServicesCommand({ cluster: WEB.cluster, services: [WEB.service] }),
    );
    return service?.loadBalancers?.[0]?.targetGroupArn;
  };

  it('a version that a check finds bad half-way is brought back without a lost request', async () => {
    let looks = 0;
    const { result } = await deploy('app:2.0.0', {
      checks: [
        {
          ...{ kind: 'http', name: 'smoke', onNoData: 'fail', deadlineMs: 60_000 },
          ...{ moments: ['production'], url: listener.url, expect: 200, json: {} },
        },
      ],
      measure: () => {
        looks += 1;
        return Promise.resolve({
          ...{ outcome: looks < 2 ? 'pass' : 'fail', text: `look ${looks}`, value: undefined },
          ...{ limit: undefined, samples: undefined, baseline: undefined, confidence: undefined },
        });
      },
    });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe('smoke: look 2');
    await traffic.more(200);
    expect(await countVersions(listener.url, 500)).toEqual({ '1.0.0': 500 });
    expect(await primaryGroup()).toBe(listener.blue);
    expect(traffic.failures).toEqual([]);
  });

  it('a good one is brought in steps, and takes over without a lost request', async () => {
    const { result } = await deploy('app:3.0.0', NO_ANALYSIS);
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    await traffic.more(200);
    expect(await countVersions(listener.url, 500)).toEqual({ '3.0.0': 500 });
    expect(await primaryGroup()).toBe(listener.green);
    expect(traffic.failures).toEqual([]);
    const report = await traffic.run.stop();
    expect(report.outcomes.ok).toBe(report.sent);
  });

  it('a broken one gets no traffic, and its last words are the cause', async () => {
    const { result } = await deploy('app:broken', NO_ANALYSIS);
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toMatch(/^tasks of the new task set keep failing, and none is healthy/);
    expect(result.cause.join('\n')).toMatch(/Task failed ELB health checks/);
    expect(await countVersions(listener.url, 200)).toEqual({ '3.0.0': 200 });
  });
});
