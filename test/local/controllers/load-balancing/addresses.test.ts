import { describe, expect, it } from 'vitest';
import { targetAddresses } from '../../../../src/local/controllers/load-balancing/addresses.ts';
import type { Container, Task } from '../../../../src/local/state/entities.ts';
import { memoryJournal } from '../../../../src/local/state/journal.ts';
import { Store } from '../../../../src/local/state/store.ts';
import { storedTask } from '../../ecs/fresh-context.ts';

const TRAFFIC_PORT = { healthCheckPort: 'traffic-port' };

function container(members: Partial<Container> = {}): Container {
  return {
    containerArn: 'container',
    name: 'app',
    image: 'app:1',
    lastStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    healthFailures: 0,
    restartCount: 0,
    ports: [
      { containerPort: 8080, protocol: 'tcp', host: '127.0.0.1', hostPort: 31_000 },
      { containerPort: 9000, protocol: 'tcp', host: '127.0.0.1', hostPort: 31_001 },
      { containerPort: 53, protocol: 'udp', host: '127.0.0.1', hostPort: 31_002 },
    ],
    ...members,
  };
}

/** A state with one task at 10.0.0.7. */
function stateWith(...containers: Container[]): Store {
  const store = new Store(memoryJournal);
  const networkInterface: Task['networkInterface'] = {
    attachmentId: 'attachment',
    networkInterfaceId: 'eni-1',
    macAddress: '0a:00:00:00:00:01',
    privateIPv4Address: '10.0.0.7',
    subnetId: 'subnet-1',
    configuration: { subnets: ['subnet-1'] },
  };
  const task = storedTask('arn:aws:ecs:eu-west-1:000000000000:cluster/c', '0123', {
    containers,
    networkInterface,
  });
  store.transaction(() => store.tasks.put(task.taskArn, task));
  return store;
}

describe('the address behind a target', () => {
  it("is the host port of the task's container", () => {
    const store = stateWith(container({ ports: [] }), container());
    expect(targetAddresses(store, TRAFFIC_PORT, { id: '10.0.0.7', port: 8080 })).toEqual({
      address: { host: '127.0.0.1', port: 31_000 },
    });
  });

  it.each([
    ['the container has not been started', container({ ports: [], lastStatus: 'PENDING' }), 8080],
    ['the container has ended', container({ lastStatus: 'STOPPED' }), 8080],
    ['no container has the port', container(), 8081],
    ['the port is one for UDP', container(), 53],
  ])('is absent while %s', (_when, only, port) => {
    expect(targetAddresses(stateWith(only), TRAFFIC_PORT, { id: '10.0.0.7', port })).toEqual({});
  });

  it('is a host port of this machine for an instance', () => {
    const instance = { id: 'i-0123456789abcdef0', port: 32_768 };
    expect(targetAddresses(stateWith(container()), TRAFFIC_PORT, instance)).toEqual({
      address: { host: '127.0.0.1', port: 32_768 },
    });
  });

  it('is the registered one for every other address', () => {
    for (const id of ['127.0.0.1', '192.168.1.5'])
      expect(targetAddresses(stateWith(), TRAFFIC_PORT, { id, port: 3000 })).toEqual({
        address: { host: id, port: 3000 },
      });
  });

  it('has another one for health checks when the group checks another container port', () => {
    const target = { id: '10.0.0.7', port: 8080 };
    expect(targetAddresses(stateWith(container()), { healthCheckPort: '9000' }, target)).toEqual({
      address: { host: '127.0.0.1', port: 31_000 },
      healthCheckAddress: { host: '127.0.0.1', port: 31_001 },
    });
  });

  it('leaves the health check port to itself when no container declares it', () => {
    const target = { id: '10.0.0.7', port: 8080 };
    expect(targetAddresses(stateWith(container()), { healthCheckPort: '7000' }, target)).toEqual({
      address: { host: '127.0.0.1', port: 31_000 },
    });
  });
});
