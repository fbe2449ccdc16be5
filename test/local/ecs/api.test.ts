import {
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { ecsApi } from '../../../src/local/ecs/api.ts';
import { createWireServer } from '../../../src/local/wire/server.ts';
import { ACCOUNT, freshContext } from './fresh-context.ts';
import { NETWORK } from './service-world.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A client of the API on a port of its own. */
async function connect(): Promise<ECSClient> {
  const context = freshContext();
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const server = createWireServer({
    apis: [ecsApi(context)],
    auth: 'sigv4',
    credentials,
    clock: systemClock,
    ids: context.ids,
    log: { debug: () => undefined, error: () => undefined },
    accountId: ACCOUNT,
  });
  const { url } = await server.listen(0);
  const client = new ECSClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  closers.push(
    () => server.close(),
    () => client.destroy(),
  );
  return client;
}

describe('the API of ECS', () => {
  it('knows every operation of the model, and every operation that is built is one of them', () => {
    const { operations, handlers } = ecsApi(freshContext());
    expect(operations.size).toBe(88);
    expect([...handlers.keys()].filter((name) => !operations.has(name))).toEqual([]);
    expect(handlers.size).toBeGreaterThanOrEqual(37);
  });

  it('carries a service, its rollouts and its tasks to the SDK and back', async () => {
    const client = await connect();
    const register = (): Promise<unknown> =>
      client.send(
        new RegisterTaskDefinitionCommand({
          family: 'web',
          networkMode: 'awsvpc',
          cpu: '256',
          memory: '512',
          containerDefinitions: [{ name: 'app', image: 'my-repo/my-app:1.0.0' }],
        }),
      );
    await register();
    const created = await client.send(
      new CreateServiceCommand({
        serviceName: 'web',
        taskDefinition: 'web',
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
      }),
    );
    expect(created.service?.createdAt).toBeInstanceOf(Date);
    await register();
    const updated = await client.send(
      new UpdateServiceCommand({ service: 'web', taskDefinition: 'web:2' }),
    );
    const described = await client.send(new DescribeServicesCommand({ services: ['web'] }));
    expect(described.services?.[0]?.deployments).toEqual(updated.service?.deployments);
    const { serviceDeployments = [] } = await client.send(
      new ListServiceDeploymentsCommand({ service: 'web' }),
    );
    expect(serviceDeployments.map(({ status }) => status)).toEqual(['PENDING', 'STOPPED']);
    const rollouts = await client.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: serviceDeployments.flatMap(
          (item) => item.serviceDeploymentArn ?? [],
        ),
      }),
    );
    expect(rollouts.serviceDeployments?.[1]?.statusReason).toContain('superseded');
    const revisions = await client.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: serviceDeployments.flatMap(
          (item) => item.targetServiceRevisionArn ?? [],
        ),
      }),
    );
    expect(revisions.serviceRevisions?.map(({ taskDefinition }) => taskDefinition)).toEqual([
      `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/web:2`,
      `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/web:1`,
    ]);
    const ran = await client.send(
      new RunTaskCommand({
        taskDefinition: 'web',
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
      }),
    );
    const { tasks } = await client.send(
      new DescribeTasksCommand({ tasks: [ran.tasks?.[0]?.taskArn ?? ''] }),
    );
    expect(tasks).toEqual(ran.tasks);
  });

  it("carries the members of an error: a conflict's tasks", async () => {
    const client = await connect();
    await client.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [{ name: 'app', image: 'my-repo/my-app:1.0.0', memory: 128 }],
      }),
    );
    const run = (count: number): Promise<unknown> =>
      client.send(new RunTaskCommand({ taskDefinition: 'web', clientToken: 'token', count }));
    await run(1);
    await expect(run(2)).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [expect.stringContaining(':task/default/')],
    });
  });
});
