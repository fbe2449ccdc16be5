/** A revision as the record names it. */
import type { RevisionReference } from '../../record/entries.ts';
import type { JsonObject } from './json.ts';
import { containersOf } from './task-definition.ts';

/** A definition as the record refers to it. */
export function referenceOf(
  arn: string,
  definition: JsonObject,
  serviceRevision: string | undefined,
): RevisionReference {
  return {
    taskDefinition: arn,
    ...(serviceRevision === undefined ? {} : { serviceRevision }),
    images: containersOf(definition).map(({ name, image }) => ({ container: name, image })),
  };
}
