/** Rolling updates as people type them, each command judged by the programs that run afterwards. */
import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createService,
  describeService,
  revisionOf,
  settled,
  taskDefinition,
  tasksOf,
} from './service.ts';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

const NAMES = { cluster: 'my-cluster', service: 'my-service', family: 'my-task-family' };

describe.skipIf(!hasTools)(`a service updated by the AWS CLI ${NEEDS}`, () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal();
    await createService(terminal.ecs, NAMES, 2);
  });
  afterAll(() => terminal.close());

  it('takes a revision from a file, and the new count of tasks', async () => {
    const { ecs, folders } = terminal;
    const before = await folders.settledOn(['1.0.0', '1.0.0']);
    const servingBefore = (await tasksOf(ecs, NAMES)).map(({ taskArn }) => taskArn);
    terminal.file('updated-task-definition.json', taskDefinition('my-task-family', '1.1.0'));
    const registered = await terminal.run(
      'aws ecs register-task-definition --cli-input-json file://updated-task-definition.json',
    );
    expect(registered).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(registered.stdout)).toMatchObject({
      taskDefinition: { family: 'my-task-family', revision: 2, status: 'ACTIVE' },
    });

    const updated = await terminal.run(
      `aws ecs update-service --cluster my-cluster --service my-service \\
--task-definition my-task-family:2 --desired-count 3`,
    );
    expect(updated).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(updated.stdout)).toMatchObject({
      service: {
        desiredCount: 3,
        deployments: [
          { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', desiredCount: 0 },
          { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2 },
        ],
      },
    });
    await settled(ecs, NAMES);
    await folders.settledOn(['1.1.0', '1.1.0', '1.1.0']);
    const ended = folders.reports().filter(({ tag }) => tag === '1.0.0');
    const pids = before.map(({ pid }) => pid);
    expect(ended.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
    for (const { pid, gotSigterm } of ended) if (pids.includes(pid)) expect(gotSigterm).toBe(true);
    // The scheduler may also have started one more task of the former revision for the new count, and stopped it again, at
    // whatever point of its life (reference: ECS semantics 5.2).
    const stopped = await tasksOf(ecs, NAMES, 'STOPPED');
    expect(stopped.map(({ taskArn }) => taskArn)).toEqual(expect.arrayContaining(servingBefore));
    expect(stopped.length).toBeLessThanOrEqual(servingBefore.length + 1);
    for (const task of stopped) {
      expect(task).toMatchObject({
        taskDefinitionArn: expect.stringMatching(/my-task-family:1$/) as string,
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: `Scaling activity initiated by (deployment ${task.startedBy ?? ''})`,
        containers: [{ lastStatus: 'STOPPED' }],
      });
      if (servingBefore.includes(task.taskArn)) expect(task.containers?.[0]?.exitCode).toBe(0);
    }
  });

  it('shows its deployments as a table and the health of a task as text', async () => {
    const { stdout } = await terminal.run(
      `aws ecs describe-services --cluster my-cluster --services my-service \\
--query 'services[0].deployments' --output table`,
    );
    expect(stdout).toContain('DescribeServices');
    const { deployments: [primary] = [] } = await describeService(terminal.ecs, NAMES);
    const rows: Readonly<Record<string, string>> = Object.fromEntries(
      Array.from(stdout.matchAll(/^\| +(\w+) *\| +(.*?) +\|$/gm), ([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    expect(rows).toMatchObject({
      id: primary?.id,
      status: 'PRIMARY',
      desiredCount: '3',
      runningCount: '3',
      pendingCount: '0',
      failedTasks: '0',
      rolloutState: 'COMPLETED',
      rolloutStateReason: `ECS deployment ${primary?.id ?? ''} completed.`,
      taskDefinition: expect.stringMatching(/:task-definition\/my-task-family:2$/) as string,
    });

    const [task] = await tasksOf(terminal.ecs, NAMES);
    const health = await terminal.run(
      `aws ecs describe-tasks --cluster my-cluster --tasks ${task?.taskArn?.split('/').at(-1) ?? ''} \\
--query 'tasks[0].containers[].healthStatus' --output text`,
    );
    expect(health).toMatchObject({ exitCode: 0, stdout: 'UNKNOWN\n', stderr: '' });
  });

  it('rolls within a minimum of 50 and a maximum of 200 percent', async () => {
    const { ecs } = terminal;
    await ecs.send(
      new RegisterTaskDefinitionCommand(taskDefinition('my-new-task-definition', '1.5.0')),
    );
    const { exitCode } = await terminal.run(
      `aws ecs update-service --cluster my-cluster --service my-service \\
--task-definition my-new-task-definition \\
--deployment-configuration "maximumPercent=200,minimumHealthyPercent=50"`,
    );
    expect(exitCode).toBe(0);
    const service = await settled(ecs, NAMES);
    expect(service.deploymentConfiguration).toMatchObject({
      maximumPercent: 200,
      minimumHealthyPercent: 50,
    });
    expect(revisionOf(service.taskDefinition)).toBe('my-new-task-definition:1');
    await terminal.folders.settledOn(['1.5.0', '1.5.0', '1.5.0']);
  });

  it('takes a definition written on the command line, and tells its story in events', async () => {
    const { ecs } = terminal;
    await ecs.send(new RegisterTaskDefinitionCommand(taskDefinition('my-app-task', '1.1.9')));
    const registered = await terminal.run(`aws ecs register-task-definition \\
--family my-app-task \\
--container-definitions '[{
"name": "my-app",
"image": "my-repo/my-app:1.2.0",
"cpu": 1024,
"memory": 2048,
"essential": true
}]'`);
    expect(registered).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(registered.stdout)).toMatchObject({
      taskDefinition: {
        revision: 2,
        compatibilities: ['EXTERNAL', 'EC2'],
        containerDefinitions: [{ cpu: 1024, memory: 2048, essential: true, portMappings: [] }],
      },
    });
    const before = await describeService(ecs, NAMES);
    const updated = await terminal.run(`aws ecs update-service \\
--cluster my-cluster \\
--service my-service \\
--task-definition my-app-task:2 \\
--desired-count 2 \\
--deployment-configuration "maximumPercent=200,minimumHealthyPercent=50"
aws ecs wait services-stable --cluster my-cluster --services my-service`);
    expect(updated).toMatchObject({ exitCode: 0, stderr: '' });
    const after = await settled(ecs, NAMES);
    await terminal.folders.settledOn(['1.2.0', '1.2.0']);
    const known = new Set(before.events?.map(({ id }) => id));
    const story = (after.events ?? [])
      .filter(({ id }) => !known.has(id))
      .map(({ message = '' }) => message.replaceAll(/\(task \w+\)/g, '(task ID)'))
      .toReversed();
    const primary = after.deployments?.[0]?.id ?? '';
    const started = story.filter((message) => message.includes('has started'));
    const stopped = story.filter((message) => message.includes('has stopped'));
    expect(started.join().match(/\(task ID\)/g)).toHaveLength(2);
    expect(stopped.join().match(/\(task ID\)/g)).toHaveLength(3);
    expect(story.filter((message) => !/has (started|stopped)/.test(message))).toHaveLength(2);
    expect(story.slice(-2)).toEqual([
      `(service my-service) (deployment ${primary}) deployment completed.`,
      '(service my-service) has reached a steady state.',
    ]);
  });
});
