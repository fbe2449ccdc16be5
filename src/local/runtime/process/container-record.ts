/** What is to be started, resolved from the container definition and what the image is on this machine. */
import type { ImageDefinition } from '../images.ts';
import type { ContainerSpec, PortBinding } from '../runtime.ts';
import { commandLine, findProgram, workingDirectory } from './command-line.ts';
import type { ContainerRecord } from './container-folder.ts';
import { containerEnvironment } from './environment.ts';

/**
 * Resolves program, folder and environment.
 * @param host the environment of the control plane
 * @throws ContainerError CannotStartContainerError when the program or the folder does not exist or may not be used
 */
export function containerRecord(
  spec: ContainerSpec,
  image: ImageDefinition,
  ports: readonly PortBinding[],
  host: Readonly<Record<string, string | undefined>>,
): ContainerRecord {
  const environment = containerEnvironment({ host, image: image.environment, spec, ports });
  const cwd = workingDirectory(spec, image.cwd);
  const [name = '', ...args] = commandLine(spec, image.command);
  return {
    schema: 'fairlead.container/v1',
    id: spec.id,
    taskArn: spec.taskArn,
    name: spec.name,
    image: spec.image,
    program: findProgram(name, cwd, environment['PATH'] ?? ''),
    args,
    cwd,
    environment,
    ports,
  };
}
