/** Which container of a definition a one-off command is for. */
import { UserError } from '../../base/errors.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';

/**
 * The one that is named, or else the only one, or else the only essential one.
 * @param definitionName such as `web:7`
 * @param option how a container is named, such as `--container NAME`
 * @throws UserError UNKNOWN_CONTAINER or AMBIGUOUS_CONTAINER (exit code 2), naming the containers there are
 */
export function chooseContainer(
  containers: readonly ContainerFacts[],
  name: string | undefined,
  definitionName: string,
  option: string,
): string {
  const names = containers.map((each) => each.name).join(', ');
  if (name !== undefined) {
    if (containers.some((each) => each.name === name)) return name;
    throw new UserError(
      'UNKNOWN_CONTAINER',
      `task definition ${definitionName} has no container "${name}"; it has: ${names}`,
      { hint: 'Use one of these names.', exitCode: 2 },
    );
  }
  const [only, ...others] =
    containers.length === 1 ? containers : containers.filter((each) => each.essential);
  if (only !== undefined && others.length === 0) return only.name;
  throw new UserError(
    'AMBIGUOUS_CONTAINER',
    `task definition ${definitionName} has several containers that the command could be for: ${names}`,
    { hint: `Say which: ${option}`, exitCode: 2 },
  );
}
