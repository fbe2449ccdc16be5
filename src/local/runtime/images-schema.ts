/** The text of an images file. */
import { z } from 'zod';
import {
  parseCheckedYaml,
  type Path,
  type Problem,
  type Variables,
} from '../../base/configuration/checked-yaml.ts';
import { command, cwd, environment, TEXT } from '../configuration/program-schema.ts';
import { parseImageReference } from './image-reference.ts';

const HEALTH_COMMAND =
  'must be [CMD, program, argument, ...] or [CMD-SHELL, "one command line"], such as [CMD-SHELL, "curl -fs localhost:$PORT/health"]';
const ENTRY = 'must be a mapping with the key command, such as { command: [node, server.js] }';

const healthCommand = z
  .array(z.string({ error: TEXT }), { error: HEALTH_COMMAND })
  .refine(
    ([form, ...rest]) =>
      (form === 'CMD' && rest.length > 0) || (form === 'CMD-SHELL' && rest.length === 1),
    { error: HEALTH_COMMAND },
  );

const image = z.strictObject(
  {
    command,
    cwd: cwd.optional(),
    environment: environment.optional(),
    healthCheck: z
      .strictObject({ command: healthCommand }, { error: 'must be a mapping with the key command' })
      .optional(),
  },
  { error: ENTRY },
);

const imagesFile = z.strictObject(
  { images: z.record(z.string(), image, { error: 'must be a mapping of image references' }) },
  { error: 'must be a mapping with the key images' },
);

/** What the file says of one image, as written: `cwd` is not resolved yet. */
export type ImageEntry = z.output<typeof image>;

/**
 * Reads the text of an images file.
 * @param file its name, for messages
 * @param variables what `${VAR}` may name: the environment of the control plane
 * @throws UserError IMAGES_FILE_INVALID with file, line, field and what would be right, for every problem
 */
export function parseImages(
  text: string,
  file: string,
  variables: Variables,
): ReadonlyMap<string, ImageEntry> {
  const { images } = parseCheckedYaml(text, file, variables, {
    code: 'IMAGES_FILE_INVALID',
    topKey: 'images',
    schema: imagesFile,
    knownKeys,
    problemsOf: (data) => Object.keys(data.images).flatMap(problemsOfReference),
  });
  return new Map(Object.entries(images));
}

function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(imagesFile.shape);
  return path.length === 2 ? Object.keys(image.shape) : ['command'];
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
