/** Limits and kernel settings of a container: ulimits, capabilities, devices, swap, tmpfs, sysctls (reference: 3.1, 3.3). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { checkRange, invalidSetting, refusal } from './refusal.ts';

const MOST_INTEGER = 2 ** 31 - 1;

/** @throws AwsError ClientException */
export function checkLinuxParameters(container: ContainerDefinition): void {
  checkUlimits(container);
  for (const { namespace, value } of container.systemControls ?? [])
    if (!namespace || value === undefined)
      throw invalidSetting(
        container,
        'systemControls',
        { namespace, value },
        'a namespace and a value',
      );
  const linux = container.linuxParameters;
  if (linux === undefined) return;
  for (const device of linux.devices ?? [])
    if (!device.hostPath?.startsWith('/'))
      throw invalidSetting(
        container,
        'linuxParameters.devices.hostPath',
        device.hostPath ?? null,
        'an absolute path',
      );
  for (const tmpfs of linux.tmpfs ?? []) {
    if (!tmpfs.containerPath?.startsWith('/'))
      throw invalidSetting(
        container,
        'linuxParameters.tmpfs.containerPath',
        tmpfs.containerPath ?? null,
        'an absolute path',
      );
    checkRange(container, 'linuxParameters.tmpfs.size', tmpfs.size, 1, MOST_INTEGER);
  }
  checkRange(container, 'linuxParameters.swappiness', linux.swappiness, 0, 100);
  checkRange(container, 'linuxParameters.maxSwap', linux.maxSwap, 0, MOST_INTEGER);
  checkRange(
    container,
    'linuxParameters.sharedMemorySize',
    linux.sharedMemorySize,
    1,
    MOST_INTEGER,
  );
}

function checkUlimits(container: ContainerDefinition): void {
  const names = new Set<string>();
  for (const { name = '', softLimit = 0, hardLimit = 0 } of container.ulimits ?? []) {
    // -1 stands for "unlimited", which no soft limit exceeds.
    if (hardLimit !== -1 && (softLimit > hardLimit || softLimit === -1))
      throw refusal(`Soft limit exceeds hard limit for ulimit ${name}`);
    if (names.has(name))
      throw invalidSetting(container, 'ulimits', name, 'set once for each kind of limit');
    names.add(name);
  }
}
