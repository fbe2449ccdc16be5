/** kill -9 of the control plane at any moment: the next one goes on where it was. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  ListTagsForResourceCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateServiceCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.ts';
import { readOutput } from '../../src/local/runtime/process/output-log.ts';
import { taskOutputs } from '../../src/local/runtime/process/task-output.ts';
import { settled, taskDefinition, tasksOf } from '../acceptance/service.ts';
import { createBalancer } from './balanced-service.ts';
import { startControlPlane, type ControlPlaneProcess } from './killable.ts';
import { freePort, isAlive, makeFolders, until, type Folders } from './world.ts';

const CLUSTER = 'work';
/** One without a load balancer, one behind it. */
const SERVICES = ['plain', 'web'] as const;
const TASKS = 2;

describe('a control plane that is killed', () => {
  let folders: Folders;
  let controlPlane: ControlPlaneProcess;
  let balancer: { readonly targetGroupArn: string; readonly url: string };
  const acknowledged: string[] = [];
  let lastTag = 0;
  const random = seededRandom(Number(process.env['FC_SEED'] ?? 1));

  beforeAll(async () => {
    folders = makeFolders();
    controlPlane = await startControlPlane(folders);
    const { ecs } = controlPlane;
    await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    balancer = await createBalancer(controlPlane, 'web', await freePort());
    for (const family of SERVICES) {
      await register(family, '1.0.0');
      const balanced = family === 'web';
      await ecs.send(
        new CreateServiceCommand({
          ...{ cluster: CLUSTER, serviceName: family, taskDefinition: family },
          desiredCount: TASKS,
          loadBalancers: balanced
            ? [
                {
                  targetGroupArn: balancer.targetGroupArn,
                  containerName: 'my-app',
                  containerPort: 80,
                },
              ]
            : [],
          ...(balanced
            ? { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }
            : {}),
        }),
      );
    }
    await allSettled();
  });
  afterAll(async () => {
    if (isAlive(controlPlane.pid)) await controlPlane.end('SIGTERM');
    folders.remove();
  });

  const register = async (family: string, tag: string): Promise<string> => {
    const { containerDefinitions, ...rest } = taskDefinition(family, tag);
    const answer = await controlPlane.ecs.send(
      new RegisterTaskDefinitionCommand({
        ...rest,
        ...(family === 'web' ? { networkMode: 'awsvpc' } : {}),
        containerDefinitions: containerDefinitions.map((container) => ({
          ...container,
          ...(family === 'web' ? { portMappings: [{ containerPort: 80 }] } : {}),
        })),
      }),
    );
    return answer.taskDefinition?.taskDefinitionArn ?? '';
  };

  const allSettled = () =>
    Promise.all(
      SERVICES.map((service) => settled(controlPlane.ecs, { cluster: CLUSTER, service })),
    );

  /** Writes until so many writes were acknowledged, then kills in the middle of the next one. */
  const killAfter = async (writes: number): Promise<void> => {
    const { ecs } = controlPlane;
    for (let count = 0; count < writes; count++) await write();
    const unanswered = write().catch(() => undefined);
    expect(await controlPlane.end('SIGKILL')).toBeNull();
    await unanswered;
    ecs.destroy();
  };
  const write = async (): Promise<void> => {
    const { ecs } = controlPlane;
    acknowledged.push(await register('noise', '1.0.0'));
    const value = lastTag + 1;
    const resourceArn = `arn:aws:ecs:us-east-1:000000000000:cluster/${CLUSTER}`;
    await ecs.send(
      new TagResourceCommand({ resourceArn, tags: [{ key: 'count', value: String(value) }] }),
    );
    lastTag = value;
  };

  const startAgain = async (): Promise<void> => {
    controlPlane = await startControlPlane(folders);
    const { ecs } = controlPlane;
    const kept: string[] = [];
    for await (const page of paginateListTaskDefinitions(
      { client: ecs },
      { familyPrefix: 'noise' },
    ))
      kept.push(...(page.taskDefinitionArns ?? []));
    expect(kept).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    if (lastTag === 0) return;
    const { tags = [] } = await ecs.send(
      new ListTagsForResourceCommand({
        resourceArn: `arn:aws:ecs:us-east-1:000000000000:cluster/${CLUSTER}`,
      }),
    );
    const value = Number(tags[0]?.value);
    expect([lastTag, lastTag + 1]).toContain(value);
  };

  const pids = (tag: string): readonly number[] =>
    folders
      .running()
      .filter((report) => report.tag === tag)
      .map(({ pid }) => pid);

  it('leaves its tasks running, and the next one takes them over as they are', async () => {
    const before = (await folders.settledOn(Array(2 * TASKS).fill('1.0.0'))).map(({ pid }) => pid);
    const tasks = await tasksOf(controlPlane.ecs, { cluster: CLUSTER, service: 'web' });
    await killAfter(3);
    expect(pids('1.0.0')).toEqual(before);
    await startAgain();
    await allSettled();
    expect(pids('1.0.0')).toEqual(before);
    expect(await tasksOf(controlPlane.ecs, { cluster: CLUSTER, service: 'web' })).toEqual(tasks);
    const { services = [] } = await controlPlane.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: [...SERVICES] }),
    );
    const events = services.flatMap((service) => service.events ?? []);
    expect(events.filter(({ message }) => message?.includes('has started') === true)).toHaveLength(
      2,
    );
    expect(await (await fetch(balancer.url)).text()).toBe('1.0.0');
  });

  it.each([
    { tag: '2.0.0', kills: 3 },
    { tag: '3.0.0', kills: 2 },
  ])('goes on with the rollout of $tag, killed $kills times', async ({ tag, kills }) => {
    const { ecs } = controlPlane;
    for (const family of SERVICES)
      await ecs.send(
        new UpdateServiceCommand({
          ...{ cluster: CLUSTER, service: family },
          taskDefinition: await register(family, tag),
        }),
      );
    const begun = new Set<number>();
    for (let kill = 0; kill < kills; kill++) {
      await killAfter(Math.floor(random.fraction() * 60));
      for (const pid of pids(tag)) begun.add(pid);
      await startAgain();
    }
    await allSettled();
    await folders.settledOn(Array(2 * TASKS).fill(tag));
    // What ran when the control plane was killed was not started anew.
    expect(pids(tag)).toEqual(expect.arrayContaining([...begun]));
    const former = folders.reports().filter((report) => report.tag !== tag);
    expect(former.filter(({ gotSigterm }) => !gotSigterm)).toEqual([]);
    for (const service of SERVICES) {
      const { serviceDeployments } = await controlPlane.ecs.send(
        new ListServiceDeploymentsCommand({ cluster: CLUSTER, service }),
      );
      expect(serviceDeployments?.[0]?.status).toBe('SUCCESSFUL');
    }
    expect(await (await fetch(balancer.url)).text()).toBe(tag);
    const { TargetHealthDescriptions: targets = [] } = await until(
      () =>
        controlPlane.elbv2.send(
          new DescribeTargetHealthCommand({ TargetGroupArn: balancer.targetGroupArn }),
        ),
      ({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions.length <= TASKS,
    );
    expect(targets.map(({ TargetHealth }) => TargetHealth?.State)).toEqual(
      Array(TASKS).fill('healthy'),
    );
  });

  it('learns how its tasks ended while it was dead, and what they wrote is kept', async () => {
    const names = { cluster: CLUSTER, service: 'plain' };
    const [first, second] = await tasksOf(controlPlane.ecs, names);
    const pidOf = (task: Task | undefined): number =>
      folders
        .running()
        .find(({ environment }) =>
          environment['FAIRLEAD_CONTAINER']?.includes(task?.containers?.[0]?.runtimeId ?? '-'),
        )?.pid ?? 0;
    const [polite, sudden] = [pidOf(first), pidOf(second)];
    await killAfter(1);
    process.kill(polite, 'SIGTERM');
    process.kill(sudden, 'SIGKILL');
    await until(folders.running, (left) => left.length === TASKS);
    await startAgain();
    const ended = async (task: Task | undefined): Promise<Task | undefined> => {
      const { tasks = [] } = await controlPlane.ecs.send(
        new DescribeTasksCommand({ cluster: CLUSTER, tasks: [task?.taskArn ?? ''] }),
      );
      return tasks[0];
    };
    for (const [task, exitCode] of [
      [first, 0],
      [second, 137],
    ] as const) {
      const seen = await until(
        () => ended(task),
        (now) => now?.lastStatus === 'STOPPED',
      );
      expect(seen).toMatchObject({
        stopCode: 'EssentialContainerExited',
        containers: [{ exitCode }],
      });
    }
    await folders.settledOn(Array(2 * TASKS).fill('3.0.0'));
    await controlPlane.end('SIGKILL');
    await startAgain();
    await allSettled();
    const [output] = taskOutputs(folders.state, first?.taskArn?.split('/').at(-1) ?? '');
    expect(output === undefined ? '' : (await readOutput(output.folder, 0)).text).toContain(
      '3.0.0 runs',
    );
  });

  it('leaves nothing behind when the last one is stopped', async () => {
    const { url } = controlPlane;
    expect(await controlPlane.end('SIGTERM')).toBe(0);
    expect(folders.running()).toEqual([]);
    const processes = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' });
    expect(processes.split('\n').filter((line) => line.includes(folders.state))).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
    await expect(fetch(balancer.url)).rejects.toThrow();
  });
});
