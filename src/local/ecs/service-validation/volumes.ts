/** Volumes that are configured at launch (reference: ECS semantics 4.3). */
import type { TaskDefinition } from '../../state/entities.ts';
import { invalidParameter } from '../ecs-errors.ts';

/** @throws AwsError InvalidParameterException when the definition has no volume of that name */
export function checkVolumes(
  volumes: readonly { readonly name: string | undefined }[],
  { definition }: TaskDefinition,
): void {
  for (const { name } of volumes) {
    if (!(definition.volumes ?? []).some((volume) => volume.name === name))
      throw invalidParameter(
        `The volume name '${name ?? ''}' in your request does not have a matching volume in your Task Definition`,
      );
  }
}
