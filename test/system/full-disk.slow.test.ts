/** The disk of the state is full: nothing more is promised, nothing is forgotten, and it goes on when there is room again. */
import {
  CreateClusterCommand,
  ListClustersCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCode } from '../../src/base/errors.ts';
import {
  createService,
  describeService,
  settled,
  taskDefinition,
  tasksOf,
} from '../acceptance/service.ts';
import { createBalancer } from './balanced-service.ts';
import { startControlPlane, type ControlPlaneProcess } from './killable.ts';
import { freePort, isAlive, makeFolders, until, type Folders } from './world.ts';

const NAMES = { cluster: 'work', service: 'work', family: 'work' };

/** Runs a command with a small disk of its own at a folder; the disk goes with it. */
const withSmallDisk = (folder: string) =>
  [
    ...['unshare', '-rm', 'sh', '-c'],
    'mount -t tmpfs -o size=2m none "$0" && exec "$@"',
    folder,
  ] as const;

/** Whether this system lets us mount for ourselves (Linux with user namespaces). */
function canMount(): boolean {
  try {
    const [program, ...args] = withSmallDisk('/mnt');
    execFileSync(program, [...args, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMount())('a full disk (needs user namespaces to mount a small one)', () => {
  let folders: Folders;
  let controlPlane: ControlPlaneProcess;
  let filler: string;

  beforeAll(async () => {
    folders = makeFolders();
    mkdirSync(folders.state);
    controlPlane = await startControlPlane(folders, { wrapper: withSmallDisk(folders.state) });
    // Nobody else sees its disk, except through it.
    filler = join(`/proc/${controlPlane.pid}/root`, folders.state, 'filler');
    await createService(controlPlane.ecs, NAMES, 2);
    await folders.settledOn(['1.0.0', '1.0.0']);
  });
  afterAll(async () => {
    if (isAlive(controlPlane.pid)) await controlPlane.end('SIGTERM');
    folders.remove();
  });

  const fill = (): void => {
    for (const size of [4096, 1]) {
      try {
        for (;;) appendFileSync(filler, Buffer.alloc(size));
      } catch (error) {
        if (systemCode(error) !== 'ENOSPC') throw error;
      }
    }
  };

  it('refuses what it cannot keep, changes nothing, and goes on reading', async () => {
    const { ecs, elbv2 } = controlPlane;
    await createBalancer(controlPlane, 'web', await freePort());
    const { LoadBalancers: [balancer] = [] } = await elbv2.send(
      new DescribeLoadBalancersCommand({ Names: ['web'] }),
    );
    const before = await describeService(ecs, NAMES);
    fill();
    const refusal = {
      name: 'ServerException',
      message: expect.stringMatching(
        /^The state could not be written \(.*full.*\), so nothing was changed\. Make room/,
      ) as string,
      $metadata: { httpStatusCode: 503 },
    };
    await expect(
      ecs.send(new RegisterTaskDefinitionCommand(taskDefinition('work', '2.0.0'))),
    ).rejects.toMatchObject(refusal);
    await expect(
      ecs.send(new UpdateServiceCommand({ ...NAMES, desiredCount: 5, forceNewDeployment: true })),
    ).rejects.toMatchObject(refusal);
    await expect(
      ecs.send(new CreateClusterCommand({ clusterName: 'other' })),
    ).rejects.toMatchObject(refusal);
    await expect(
      elbv2.send(new CreateLoadBalancerCommand({ Name: 'other', Subnets: ['subnet-1'] })),
    ).rejects.toMatchObject({ name: 'ServiceUnavailable', message: refusal.message });
    const port = await freePort();
    await expect(
      elbv2.send(
        new CreateListenerCommand({
          ...{ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: 'HTTP', Port: port },
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();

    expect(await describeService(ecs, NAMES)).toEqual(before);
    const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand());
    expect(taskDefinitionArns).toHaveLength(1);
    const { clusterArns } = await ecs.send(new ListClustersCommand());
    expect(clusterArns).toHaveLength(1);
    const { LoadBalancers } = await elbv2.send(new DescribeLoadBalancersCommand());
    expect(LoadBalancers).toHaveLength(1);
  });

  it('makes up for what happened meanwhile once there is room', async () => {
    const { ecs } = controlPlane;
    const [victim, other] = folders.running();
    const keeper = Number(
      execFileSync('ps', ['-o', 'ppid=', '-p', String(victim?.pid)], { encoding: 'utf8' }),
    );
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    // By then it has tried to write the exit status.
    await until(
      () => isAlive(keeper),
      (alive) => !alive,
    );
    await expect(
      ecs.send(new RegisterTaskDefinitionCommand(taskDefinition('work', '2.0.0'))),
    ).rejects.toThrow('The state could not be written');
    rmSync(filler);
    // The exit status had no room either: it is unknown, and not made up.
    const [ended] = await until(
      () => tasksOf(ecs, NAMES, 'STOPPED'),
      (tasks) => tasks.length > 0,
    );
    expect(ended).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ lastStatus: 'STOPPED', reason: 'exit status unknown' }],
    });
    expect(ended?.containers?.[0]).not.toHaveProperty('exitCode');
    const both = await folders.settledOn(['1.0.0', '1.0.0']);
    expect(both.map(({ pid }) => pid)).toContain(other?.pid);
    const { taskDefinition: registered } = await ecs.send(
      new RegisterTaskDefinitionCommand(taskDefinition('work', '2.0.0')),
    );
    // What was refused took no revision number.
    expect(registered?.revision).toBe(2);
    await ecs.send(new UpdateServiceCommand({ ...NAMES, taskDefinition: 'work:2' }));
    await settled(ecs, NAMES);
    await folders.settledOn(['2.0.0', '2.0.0']);
  });

  it('stops all the same, and leaves nothing behind', async () => {
    fill();
    expect(await controlPlane.end('SIGTERM')).toBe(0);
    expect(folders.running()).toEqual([]);
  });
});
