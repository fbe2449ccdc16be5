/** The text of an images file. */
import type { z } from 'zod';
import {
  parseCheckedYaml,
  type Problem,
  type Variables,
} from '../../base/configuration/checked-yaml.ts';
import { argument, list, mapping, namesTo } from '../../base/configuration/fields.ts';
import { memberOf, membersOf } from '../../base/configuration/readable.ts';
import { command, cwd, environment } from '../configuration/program-schema.ts';
import { parseImageReference } from './image-reference.ts';

const HEALTH_COMMAND =
  '[CMD, program, argument, ...] or [CMD-SHELL, "one command line"], such as [CMD-SHELL, "curl -fs localhost:$PORT/health"]';

const healthCommand = list(HEALTH_COMMAND, argument()).refine(
  ([form, ...rest]) =>
    (form === 'CMD' && rest.length > 0) || (form === 'CMD-SHELL' && rest.length === 1),
  { error: `must be ${HEALTH_COMMAND}` },
);

const image = mapping('a mapping with the key command, such as { command: [node, server.js] }', {
  command,
  cwd: cwd.optional(),
  environment: environment.optional(),
  healthCheck: mapping('a mapping with the key command', { command: healthCommand }).optional(),
});

const imagesFile = mapping('a mapping with the key images', {
  images: namesTo('a mapping of image references', image),
});

/** What the file says of one image, as written: `cwd` is not resolved yet. */
export type ImageEntry = z.output<typeof image>;

/**
 * Reads the text of an images file.
 * @param file its name, for messages
 * @param variables what `${VAR}` may name: the environment of the control plane
 * @throws UserError IMAGES_FILE_INVALID with file, line, column, field and what would be right, for every problem
 */
export function parseImages(
  text: string,
  file: string,
  variables: Variables,
): ReadonlyMap<string, ImageEntry> {
  const { images } = parseCheckedYaml(text, file, variables, {
    code: 'IMAGES_FILE_INVALID',
    whenEmpty: 'it must have the key images',
    schema: imagesFile,
    problemsOf: (data) =>
      membersOf(memberOf(data, 'images')).flatMap(([reference]) => problemsOfReference(reference)),
  });
  return new Map(Object.entries(images));
}

function problemsOfReference(key: string): Problem[] {
  const reference = parseImageReference(key);
  if (reference !== undefined && reference.digest === undefined) return [];
  return [
    {
      path: ['images', key],
      text: 'is no image reference; write repository for any tag or repository:tag for one, such as my-repo/my-app:1.2.0',
    },
  ];
}
