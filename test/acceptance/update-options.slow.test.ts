/** The options that help in hard cases, waiters, and what is not built yet. */
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateTargetGroupCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../system/world.ts';
import { createService, describeService, settled, tasksOf } from './service.ts';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

const NAMES = { cluster: 'my-cluster', service: 'my-service', family: 'my-task-family' };

describe.skipIf(!hasTools)(`options of update-service by the AWS CLI ${NEEDS}`, () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal();
    await createService(terminal.ecs, NAMES, 2);
  });
  afterAll(() => terminal.close());

  it('--force-new-deployment replaces every task although nothing changed', async () => {
    const { ecs, folders } = terminal;
    const before = (await folders.settledOn(['1.0.0', '1.0.0'])).map(({ pid }) => pid);
    const { exitCode } = await terminal.run(
      'aws ecs update-service --cluster my-cluster --service my-service --force-new-deployment',
    );
    expect(exitCode).toBe(0);
    await settled(ecs, NAMES);
    const after = await folders.settledOn(['1.0.0', '1.0.0']);
    expect(after.filter(({ pid }) => before.includes(pid))).toEqual([]);
    const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand(NAMES));
    expect(serviceDeployments).toMatchObject([{ status: 'SUCCESSFUL' }, { status: 'SUCCESSFUL' }]);
  });

  it('--enable-execute-command is kept at once and reaches the tasks of the next deployment', async () => {
    const { ecs, folders } = terminal;
    const before = (await folders.settledOn(['1.0.0', '1.0.0'])).map(({ pid }) => pid);
    const changed = await terminal.run(
      'aws ecs update-service --cluster my-cluster --service my-service --enable-execute-command',
    );
    expect(JSON.parse(changed.stdout)).toMatchObject({
      service: { enableExecuteCommand: true, deployments: [{ rolloutState: 'COMPLETED' }] },
    });
    expect(folders.running().map(({ pid }) => pid)).toEqual(before);
    expect(await tasksOf(ecs, NAMES)).toMatchObject([
      { enableExecuteCommand: false },
      { enableExecuteCommand: false },
    ]);
    const forced = await terminal.run(
      'aws ecs update-service --cluster my-cluster --service my-service --force-new-deployment --enable-execute-command',
    );
    expect(forced.exitCode).toBe(0);
    await settled(ecs, NAMES);
    expect(await tasksOf(ecs, NAMES)).toMatchObject([
      { enableExecuteCommand: true },
      { enableExecuteCommand: true },
    ]);
  });

  it('--health-check-grace-period-seconds is for services behind a load balancer', async () => {
    const { ecs, elbv2 } = terminal;
    const refused = await terminal.run(
      'aws ecs update-service --cluster my-cluster --service my-service --health-check-grace-period-seconds 60',
    );
    expect(refused.exitCode).toBe(254);
    expect(refused.stderr).toMatch(/InvalidParameterException.*UpdateService.*load balancer/is);
    expect((await describeService(ecs, NAMES)).healthCheckGracePeriodSeconds).toBe(0);

    const { LoadBalancers: [balancer] = [] } = await elbv2.send(
      new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-12345'] }),
    );
    const { TargetGroups: [group] = [] } = await elbv2.send(
      new CreateTargetGroupCommand({
        ...{ Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'instance' },
      }),
    );
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer?.LoadBalancerArn,
        Protocol: 'HTTP',
        Port: await freePort(),
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group?.TargetGroupArn }],
      }),
    );
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'balanced',
        containerDefinitions: [
          { name: 'app', image: 'app:1.0.0', memory: 64, portMappings: [{ containerPort: 80 }] },
        ],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        ...{ cluster: 'my-cluster', serviceName: 'balanced', taskDefinition: 'balanced' },
        desiredCount: 0,
        loadBalancers: [
          { targetGroupArn: group?.TargetGroupArn, containerName: 'app', containerPort: 80 },
        ],
      }),
    );
    const accepted = await terminal.run(
      'aws ecs update-service --cluster my-cluster --service balanced --health-check-grace-period-seconds 60',
    );
    expect(JSON.parse(accepted.stdout)).toMatchObject({
      service: { healthCheckGracePeriodSeconds: 60, deployments: [{ status: 'PRIMARY' }] },
    });
  });

  it('task sets are refused for a service of the ECS deployment controller, and nothing changes', async () => {
    const before = await describeService(terminal.ecs, NAMES);
    const create = await terminal.run(`
aws ecs create-task-set --cluster my-cluster --service my-service \\
--task-definition my-new-task-definition --launch-type FARGATE \\
--network-configuration "awsvpcConfiguration={subnets=[subnet-12345],securityGroups=[sg-12345]}"
`);
    const refusal =
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.';
    expect(create.exitCode).toBe(254);
    expect(create.stderr).toContain(`(InvalidParameterException)`);
    expect(create.stderr).toContain(refusal);
    const shift = await terminal.run(`
aws ecs update-service-primary-task-set --cluster my-cluster \\
--service my-service --primary-task-set new-task-set-id
`);
    expect(shift.exitCode).toBe(254);
    expect(shift.stderr).toContain(refusal);
    expect(await describeService(terminal.ecs, NAMES)).toEqual(before);
  });

  it('delete-service --force ends every task, and the waiter sees it', async () => {
    const { ecs, folders } = terminal;
    const deleted = await terminal.run(`
aws ecs delete-service --cluster my-cluster --service my-service --force
aws ecs wait services-inactive --cluster my-cluster --services my-service
`);
    expect(deleted).toMatchObject({ exitCode: 0, stderr: '' });
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'my-cluster', services: ['my-service'] }),
    );
    expect(services).toMatchObject([{ status: 'INACTIVE', runningCount: 0, events: [] }]);
    await folders.settledOn([]);
    const stable = await terminal.run(
      'aws ecs wait services-stable --cluster my-cluster --services my-service',
    );
    expect(stable.exitCode).toBe(255);
  });
});
