/** Where a registered target really listens on this machine. */
import type { Target, TargetGroup } from '../../state/elbv2-entities.ts';
import type { Store } from '../../state/store.ts';
import type { TargetAddresses } from './configuration.ts';

/** An address and a port of this machine. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** Host ports of tasks listen here. */
const LOOPBACK = '127.0.0.1';

/**
 * The addresses behind a target. An instance's port is a host port of this machine. The address of a task's network interface
 * is synthetic: its container port stands for the host port that the container got, and for nothing while the container does
 * not run. Any other address is meant as it is.
 */
export function targetAddresses(
  store: Pick<Store, 'tasks'>,
  group: Pick<TargetGroup, 'healthCheckPort'>,
  target: Pick<Target, 'id' | 'port'>,
): TargetAddresses {
  const address = addressOf(store, target.id, target.port);
  if (address === undefined) return {};
  if (group.healthCheckPort === 'traffic-port') return { address };
  const checked = addressOf(store, target.id, Number(group.healthCheckPort));
  return checked === undefined ? { address } : { address, healthCheckAddress: checked };
}

function addressOf(store: Pick<Store, 'tasks'>, id: string, port: number): Address | undefined {
  if (id.startsWith('i-')) return { host: LOOPBACK, port };
  const tasks = store.tasks.by('address', id);
  if (tasks.length === 0) return { host: id, port };
  for (const { containers } of tasks) {
    for (const container of containers) {
      // The host port of a container that has ended may belong to another one by now.
      if (container.lastStatus === 'STOPPED') continue;
      const binding = container.ports.find(
        (each) => each.containerPort === port && each.protocol === 'tcp',
      );
      if (binding !== undefined) return { host: binding.host, port: binding.hostPort };
    }
  }
  return undefined;
}
