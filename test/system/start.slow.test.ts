/** Starting and stopping: what is in use is refused clearly, and whoever was there before is not disturbed. */
import { CreateClusterCommand, ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeListenersCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { platform } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { startLocalEcs } from '../../src/local/index.ts';
import { startControlPlane } from './killable.ts';
import { clientsOf, freePort, makeFolders, openWorld, type World } from './world.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function open(): Promise<World> {
  const world = await openWorld();
  cleanups.push(() => world.close());
  return world;
}

/** Creates a load balancer with a listener that answers with a text. */
async function answering({ elbv2 }: World, name: string, port: number): Promise<string> {
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: ['subnet-1'] }),
  );
  await elbv2.send(
    new CreateListenerCommand({
      ...{ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: 'HTTP', Port: port },
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '200', MessageBody: name, ContentType: 'text/plain' },
        },
      ],
    }),
  );
  return `http://${balancer?.DNSName ?? ''}:${port}/`;
}

describe('a state folder', () => {
  it('belongs to one local ECS, whether the other one is in this process or in another', async () => {
    const folders = makeFolders();
    cleanups.push(() => folders.remove());
    const first = await startControlPlane(folders);
    cleanups.push(() => first.end('SIGTERM'));
    const second = startLocalEcs({ images: folders.images, stateFolder: folders.state });
    await expect(second).rejects.toMatchObject({
      name: 'UserError',
      code: 'ALREADY_RUNNING',
      message: `A local ECS already runs on ${first.url} (pid ${first.pid}) with the state folder ${folders.state}.`,
      hint: expect.stringContaining('fairlead local down') as string,
    });
    await first.ecs.send(new CreateClusterCommand({ clusterName: 'still-there' }));

    const world = await open();
    const again = startLocalEcs({ images: world.folders.images, stateFolder: world.folders.state });
    await expect(again).rejects.toMatchObject({ code: 'ALREADY_RUNNING' });
    await expect(world.ecs.send(new ListClustersCommand())).resolves.toMatchObject({
      clusterArns: [],
    });
  });

  it('is free again after a start that failed', async () => {
    const folders = makeFolders();
    cleanups.push(() => folders.remove());
    const other = await open();
    const options = { images: folders.images, stateFolder: folders.state };
    await expect(startLocalEcs({ ...options, port: other.local.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${other.local.port} on 127.0.0.1 is in use.`,
    });
    const broken = join(folders.root, 'broken.yaml');
    writeFileSync(broken, 'images: { app: { comand: [node] } }');
    await expect(startLocalEcs({ ...options, images: broken })).rejects.toMatchObject({
      code: 'IMAGES_FILE_INVALID',
      message: expect.stringContaining('did you mean command?') as string,
    });
    const local = await startLocalEcs(options);
    cleanups.push(() => local.close());
    const clients = clientsOf(local);
    await expect(clients.ecs.send(new ListClustersCommand())).resolves.toBeDefined();
    clients.ecs.destroy();
    await expect(other.ecs.send(new ListClustersCommand())).resolves.toBeDefined();
  });

  it('keeps its key pair, so that a terminal goes on working after a restart', async () => {
    const folders = makeFolders();
    cleanups.push(() => folders.remove());
    const options = { images: folders.images, stateFolder: folders.state };
    const first = await startLocalEcs(options);
    const clients = clientsOf(first);
    await clients.ecs.send(new CreateClusterCommand({ clusterName: 'kept' }));
    await first.close();
    const second = await startLocalEcs({ ...options, port: first.port });
    cleanups.push(() => second.close());
    expect(await clients.ecs.send(new ListClustersCommand())).toMatchObject({
      clusterArns: ['arn:aws:ecs:us-east-1:000000000000:cluster/kept'],
    });
    clients.ecs.destroy();
  });
});

describe('the port of a listener', () => {
  it('that another program has is refused, and nothing is created', async () => {
    const world = await open();
    const server = createServer((_request, response) => response.end('mine'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(answering(world, 'balancer', port)).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
      message: `Port ${port} on 127.0.0.1 is in use by another program. Choose another port for the listener, such as ${port + 1}, or stop the program (lsof -i :${port} names it)`,
    });
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('mine');
    const { LoadBalancers: [balancer] = [] } = await world.elbv2.send(
      new CreateLoadBalancerCommand({ Name: 'balancer', Subnets: ['subnet-1'] }),
    );
    const { Listeners } = await world.elbv2.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn }),
    );
    expect(Listeners).toEqual([]);
  });

  it.runIf(platform() === 'linux')('can be the same for two load balancers', async () => {
    const world = await open();
    const port = await freePort();
    const [blue, green] = [
      await answering(world, 'blue', port),
      await answering(world, 'green', port),
    ];
    expect(new URL(blue).hostname).not.toBe(new URL(green).hostname);
    expect(await (await fetch(blue)).text()).toBe('blue');
    expect(await (await fetch(green)).text()).toBe('green');
  });
});
