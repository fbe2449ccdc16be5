/** How many things a describe operation takes at once (reference: ECS semantics 1.5). */
import { invalidParameter } from './ecs-errors.ts';

/**
 * The references of a batch, each once, in their order.
 * @param what plural, capitalised: `Services`
 * @throws AwsError InvalidParameterException for none or too many
 */
export function checkBatch(
  references: readonly string[] | undefined,
  what: string,
  most: number,
): readonly string[] {
  if (references === undefined || references.length === 0)
    throw invalidParameter(`${what} cannot be empty.`);
  if (references.length > most)
    throw invalidParameter(`${what} cannot have more than ${most} elements.`);
  return [...new Set(references)];
}
