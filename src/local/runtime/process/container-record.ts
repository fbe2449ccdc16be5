/** What is to be started, resolved from the container definition and what the image is on this machine. */
import type { ImageDefinition } from '../images.ts';
import { ContainerError, type ContainerSpec, type PortBinding } from '../runtime.ts';
import { commandLine, findProgram, workingDirectory } from './command-line.ts';
import type { ContainerRecord } from './container-folder.ts';
import { containerEnvironment } from './environment.ts';

/**
 * Resolves program, folder and environment.
 * @param host the environment of the control plane
 * @throws ContainerError CannotStartContainerError when the program or the folder does not exist or may not be used,
 *   ResourceInitializationError when the images file has no value for a secret
 */
export function containerRecord(
  spec: ContainerSpec,
  image: ImageDefinition,
  ports: readonly PortBinding[],
  host: Readonly<Record<string, string | undefined>>,
): ContainerRecord {
  checkSecrets(spec, image);
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

/** Nothing here could ask AWS for a secret: its value is what the images file gives to a variable of that name. */
function checkSecrets({ secrets = [], name, image }: ContainerSpec, known: ImageDefinition): void {
  const missing = secrets.find((secret) => !Object.hasOwn(known.environment, secret.name));
  if (missing === undefined) return;
  throw new ContainerError(
    'ResourceInitializationError',
    `unable to pull secrets: secret '${missing.name}' of container '${name}' (${missing.valueFrom}) cannot be resolved ` +
      `on this machine; give ${missing.name} a value in the 'environment' of the image ${image} in the images file`,
  );
}
