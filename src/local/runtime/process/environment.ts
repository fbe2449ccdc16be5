/** The environment of a container that runs as a process. */
import { dirname, delimiter } from 'node:path';
import { effectiveTag, parseImageReference } from '../image-reference.ts';
import type { ContainerSpec, PortBinding } from '../runtime.ts';

/** All that a program gets of ours beside PATH: no AWS keys, no CI tokens. */
const PASSED_ON = ['HOME', 'TMPDIR', 'LANG'];

/** Where programs are looked for when we have no PATH ourselves. */
const STANDARD_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * What every program gets of our environment: PATH (at its end the folder of the Node that runs Fairlead, so that `node` is
 * always found), HOME, TMPDIR and LANG.
 */
export function passedOn(
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> & { readonly PATH: string } {
  const passed: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = host[name];
    if (value !== undefined) passed[name] = value;
  }
  const path = host['PATH'] ?? STANDARD_PATH;
  return { ...passed, PATH: [path, dirname(process.execPath)].join(delimiter) };
}

/**
 * The environment of one container: of ours only what every program gets; over it the image's and the container's; over all
 * PORT (host port of the first mapping), PORT_<containerPort>, IMAGE and IMAGE_TAG. PORT wins because only there does anyone
 * look for the program.
 */
export function containerEnvironment(input: {
  readonly host: Readonly<Record<string, string | undefined>>;
  readonly image: Readonly<Record<string, string>>;
  readonly spec: ContainerSpec;
  readonly ports: readonly PortBinding[];
}): Readonly<Record<string, string>> {
  const { host, image, spec, ports } = input;
  const environment: Record<string, string> = {
    ...passedOn(host),
    ...image,
    ...spec.environment,
  };
  const [first] = ports;
  if (first !== undefined) environment['PORT'] = String(first.hostPort);
  for (const { containerPort, hostPort } of ports)
    environment[`PORT_${containerPort}`] = String(hostPort);
  environment['IMAGE'] = spec.image;
  const reference = parseImageReference(spec.image);
  const tag = reference === undefined ? undefined : effectiveTag(reference);
  if (tag !== undefined) environment['IMAGE_TAG'] = tag;
  return environment;
}
