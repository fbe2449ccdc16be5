/** The deployer against the local ECS: simulated containers, real sockets, the real SDK. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import {
  createAwsClients,
  destroyAwsClients,
  type AwsClients,
} from '../../../src/deploy/aws/aws-clients.ts';
import { deploy, type DeployRequest } from '../../../src/deploy/commands/deploy.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import { revisions } from '../../../src/deploy/commands/revisions.ts';
import { rollback } from '../../../src/deploy/commands/rollback.ts';
import type { DeployDependencies } from '../../../src/deploy/session/session.ts';
import { status } from '../../../src/deploy/commands/status.ts';
import { tasks } from '../../../src/deploy/commands/tasks.ts';
import { wait } from '../../../src/deploy/commands/wait.ts';
import { serviceBehindBalancer } from '../balanced-service.ts';
import { startLocalEcs, type LocalEcs } from '../../../src/local/index.ts';
import { RolloutEntrySchema, type RolloutEntry } from '../../../src/record/entries.ts';

const NAME = { cluster: 'prod', service: 'web' };

let local: LocalEcs;
let clients: AwsClients;
let entries: RolloutEntry[];

beforeEach(async () => {
  local = await startLocalEcs({
    runtime: 'simulated',
    models: {
      '*': { pullMs: 20, startMs: 20, healthyAfterMs: 50, stopMs: 20 },
      'team/web:crash': { pullMs: 5, startMs: 5, exit: { afterMs: 30, exitCode: 7 } },
      'team/web:missing': { failToPull: true, pullMs: 5 },
      'team/web:slow': { pullMs: 600_000 },
    },
    timings: { healthyAfterMs: 100, completesAfterMs: 100 },
  });
  const { accessKeyId, secretAccessKey } = local.credentials;
  clients = await createAwsClients({
    endpointUrl: local.url,
    region: local.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  entries = [];
  const { ecs } = clients;
  await ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  await register('team/web:1.0.0');
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 3,
    }),
  );
});

afterEach(async () => {
  destroyAwsClients(clients);
  await local.close();
});

async function register(image: string): Promise<void> {
  await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      tags: [{ key: 'team', value: 'web' }],
      containerDefinitions: [{ name: 'web', image, memory: 64 }],
    }),
  );
}

function dependencies(): DeployDependencies {
  return {
    clients,
    clock: systemClock,
    random: systemRandom,
    sinks: [(entry) => entries.push(entry)],
    tool: { name: 'fairlead', version: '0.0.0' },
    polling: { shortestMs: 50, longestMs: 200 },
  };
}

const ship = (image: string, change: Partial<DeployRequest> = {}): Promise<RolloutResult> =>
  deploy(
    {
      ...NAME,
      images: [image],
      timeoutMs: 60_000,
      wait: true,
      rollback: true,
      allowMutableTag: true,
      ...change,
    },
    dependencies(),
  );

const settle = (): Promise<RolloutResult> => wait({ ...NAME, timeoutMs: 60_000 }, dependencies());

const running = async (): Promise<string | undefined> => {
  const { services } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: 'prod', services: ['web'] }),
  );
  return services?.[0]?.taskDefinition?.split('/').at(-1);
};

describe('the deployer on the local ECS', () => {
  it('rolls out, keeps what is asked to be kept, and finds nothing to do the second time', async () => {
    expect(await settle()).toMatchObject({ verdict: 'succeeded' });
    const first = await ship('team/web:2.0.0');
    expect(first).toMatchObject({ verdict: 'succeeded', exitCode: 0, cause: [] });
    expect(first.to?.taskDefinition).toMatch(/web:2$/);
    expect(await running()).toBe('web:2');
    for (const entry of entries) expect(RolloutEntrySchema.safeParse(entry).error).toBeUndefined();
    expect(await ship('team/web:2.0.0')).toMatchObject({ verdict: 'no-change', exitCode: 0 });
    expect(await ship('team/web:2.0.0', { forceNewDeployment: true })).toMatchObject({
      verdict: 'succeeded',
    });
    expect(await running()).toBe('web:2');
  });

  it('a program that exits is rolled back at once, with its exit code as the cause', async () => {
    await settle();
    const result = await ship('team/web:crash');
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause.join('\n')).toMatch(/every new task exits \(exit code 7\)/);
    expect(result.cause.join('\n')).toMatch(/container web, exit code 7/);
    expect(await running()).toBe('web:1');
    expect(await settle()).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
  });

  it('an image that cannot be pulled is rolled back at once', async () => {
    await settle();
    const result = await ship('team/web:missing');
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toMatch(/no new task can start: CannotPullContainerError/);
    expect(await running()).toBe('web:1');
  });

  it('the first rollout of a service has nothing to go back to', async () => {
    await clients.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'first',
        containerDefinitions: [{ name: 'web', image: 'team/web:crash', memory: 64 }],
      }),
    );
    await clients.ecs.send(
      new CreateServiceCommand({
        cluster: 'prod',
        serviceName: 'first',
        taskDefinition: 'first',
        desiredCount: 2,
      }),
    );
    const result = await ship('team/web:crash', { service: 'first' });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause.join('\n')).toMatch(/no revision that completed before/);
  });

  it('another update takes over: superseded', async () => {
    await settle();
    await register('team/web:3.0.0');
    entries = [];
    const outcome = ship('team/web:slow');
    await vi.waitUntil(() =>
      entries.some((entry) => entry.kind === 'target' && entry.serviceDeployment !== undefined),
    );
    await clients.ecs.send(
      new UpdateServiceCommand({ cluster: 'prod', service: 'web', taskDefinition: 'web:2' }),
    );
    expect(await outcome).toMatchObject({ verdict: 'superseded', exitCode: 6 });
  });

  it('rolls back by command: to the revision before, and out of the middle of a rollout', async () => {
    await settle();
    await ship('team/web:2.0.0');
    const request = { ...NAME, timeoutMs: 60_000, wait: true };
    expect(await rollback(request, dependencies())).toMatchObject({
      verdict: 'succeeded',
      exitCode: 0,
    });
    expect(await running()).toBe('web:1');
    await ship('team/web:missing', { wait: false });
    expect(await rollback(request, dependencies())).toMatchObject({
      verdict: 'succeeded',
      exitCode: 0,
    });
    expect(await running()).toBe('web:1');
    expect(await rollback({ ...request, to: '2' }, dependencies())).toMatchObject({
      verdict: 'succeeded',
    });
    expect(await running()).toBe('web:2');
  });

  it('behind a load balancer, counts as healthy what the target group finds healthy, and never too few', async () => {
    await serviceBehindBalancer(clients);
    const behind = { cluster: 'prod', service: 'balanced' };
    expect(await wait({ ...behind, timeoutMs: 60_000 }, dependencies())).toMatchObject({
      verdict: 'succeeded',
    });
    entries = [];
    expect(await ship('team/web:2.0.0', behind)).toMatchObject({ verdict: 'succeeded' });
    const samples = entries.filter((entry) => entry.kind === 'sample');
    expect(samples.at(-1)).toMatchObject({ desired: 2, running: 2, healthy: 2 });
    expect(Math.min(...samples.map((entry) => entry.healthy ?? -1))).toBeGreaterThanOrEqual(2);
    expect(samples.some((entry) => (entry.healthy ?? 0) < entry.running)).toBe(true);
    const rows = await tasks(behind, { clients, clock: systemClock, random: systemRandom }, false);
    expect(rows.map((row) => row.targetStates)).toStrictEqual([['healthy'], ['healthy']]);
  });

  it('shows the service, its history and its tasks', async () => {
    await settle();
    await ship('team/web:2.0.0');
    const look = { clients, clock: systemClock, random: systemRandom };
    expect(await status(NAME, look)).toMatchObject({
      endpoint: local.url,
      service: 'web',
      running: 3,
      rollout: { status: 'SUCCESSFUL' },
    });
    expect(await revisions(NAME, look)).toMatchObject([
      { current: true, status: 'SUCCESSFUL', images: [{ image: 'team/web:2.0.0' }] },
      { current: false, status: 'SUCCESSFUL', images: [{ image: 'team/web:1.0.0' }] },
    ]);
    const rows = await tasks(NAME, look);
    expect(rows.filter((row) => row.lastStatus === 'RUNNING')).toHaveLength(3);
    expect(rows.filter((row) => row.end?.startsWith('Scaling activity initiated by'))).toHaveLength(
      3,
    );
  });
});
