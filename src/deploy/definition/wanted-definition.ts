/** Which task definition a deploy is for: the live one, a file's or a registered one, with new images. */
import { messageOf, systemCode, UserError } from '../../base/errors.ts';
import {
  definitionContent,
  parseDefinitionFile,
  parseDefinitionSource,
} from './definition-source.ts';
import type { ImageOption } from './image-reference.ts';
import { parseImageReference } from './image-reference.ts';
import type { JsonObject } from './json.ts';
import { movingTag } from './mutable-tag.ts';
import { describeDefinition } from './raw-definition.ts';
import { sameDefinition, sameTags } from './same-definition.ts';
import type { Session } from '../session/session.ts';
import { ApiError } from '../aws/api-failure.ts';
import {
  containersOf,
  withImages,
  type DefinitionTag,
  type RegisteredDefinition,
} from './task-definition.ts';

/** What shall run. */
export type WantedDefinition =
  /** It is registered already. */
  | { readonly kind: 'registered'; readonly registered: RegisteredDefinition }
  /** It must be registered first. */
  | {
      readonly kind: 'new';
      readonly definition: JsonObject;
      readonly tags: readonly DefinitionTag[];
    };

export interface DefinitionWish {
  readonly images: readonly ImageOption[];
  /** A file, FAMILY, FAMILY:REVISION or an ARN; or the definition itself. */
  readonly taskDefinition: string | JsonObject | undefined;
  readonly allowMutableTag: boolean;
}

/**
 * Finds what shall run. Nothing is registered for nothing: a definition that means the same as the live one, or as the one it
 * was made from, is that one.
 * @throws UserError (exit code 2) when images, containers or the definition are wrong, or a tag moves
 */
export async function wantedDefinition(
  session: Session,
  live: RegisteredDefinition | undefined,
  wish: DefinitionWish,
): Promise<WantedDefinition> {
  const base = await baseDefinition(session, live, wish.taskDefinition);
  const definition = withImages(base.definition, wish.images);
  const tags = base.tags;
  if (!wish.allowMutableTag) refuseMovingTags(definition, live?.definition ?? {}, wish);
  const known = base.registered;
  for (const each of [known, live]) {
    if (each === undefined) continue;
    if (sameDefinition(definition, each.definition) && sameTags(tags, each.tags)) {
      return { kind: 'registered', registered: each };
    }
  }
  return { kind: 'new', definition, tags };
}

interface Base {
  readonly definition: JsonObject;
  readonly tags: readonly DefinitionTag[];
  readonly registered: RegisteredDefinition | undefined;
}

async function baseDefinition(
  session: Session,
  live: RegisteredDefinition | undefined,
  taskDefinition: string | JsonObject | undefined,
): Promise<Base> {
  if (taskDefinition === undefined) {
    if (live === undefined) throw nothingToBeginFrom(session);
    return { definition: live.definition, tags: live.tags, registered: live };
  }
  if (typeof taskDefinition !== 'string') {
    const content = definitionContent(taskDefinition, 'task_definition');
    return { ...content, tags: content.tags ?? live?.tags ?? [], registered: undefined };
  }
  const source = parseDefinitionSource(taskDefinition);
  if (source.kind === 'file') {
    const content = parseDefinitionFile(await read(session, source.path), source.path);
    // The old revision's tags are kept unless the file has its own.
    return {
      definition: content.definition,
      tags: content.tags ?? live?.tags ?? [],
      registered: undefined,
    };
  }
  if (source.name === live?.arn) {
    return { definition: live.definition, tags: live.tags, registered: live };
  }
  const { api, dependencies } = session;
  try {
    const registered = await describeDefinition(api, dependencies.clients.ecs, source.name);
    return { definition: registered.definition, tags: registered.tags, registered };
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    throw new UserError(
      'TASK_DEFINITION_NOT_FOUND',
      `there is no task definition "${source.name}": ${error.message}`,
      {
        hint: 'See which there are: aws ecs list-task-definitions',
        exitCode: 2,
        cause: error,
      },
    );
  }
}

function nothingToBeginFrom({ name }: Session): UserError {
  return new UserError(
    'NO_TASK_DEFINITION',
    `service "${name.service}" runs no task definition yet, so there is none to change the image of`,
    {
      hint: 'Name one: --task-definition FILE or FAMILY, or task_definition in fairlead.yaml.',
      exitCode: 2,
    },
  );
}

async function read(session: Session, path: string): Promise<string> {
  try {
    return await session.readFile(path);
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw new UserError('TASK_DEFINITION_INVALID', `cannot read ${path}: ${why}`, {
      hint: 'Give the path of a task definition in JSON, or FAMILY[:REVISION].',
      exitCode: 2,
      cause: error,
    });
  }
}

/** Looks at the images that this deploy brings; what ran before, such as a sidecar, is nobody's question now. */
function refuseMovingTags(
  definition: JsonObject,
  live: JsonObject,
  { images, taskDefinition }: DefinitionWish,
): void {
  const before = new Map(containersOf(live).map(({ name, image }) => [name, image]));
  const given = new Set(images.map((option) => option.image.text));
  for (const { name, image } of containersOf(definition)) {
    const brought =
      given.has(image) || (taskDefinition !== undefined && before.get(name) !== image);
    if (!brought) continue;
    const why = movingTag(parseImageReference(image));
    if (why === undefined) continue;
    throw new UserError('MUTABLE_TAG', `image "${image}" for container "${name}" ${why}`, {
      hint: 'Use a version, a commit hash or a digest, so that this deploy can be repeated and rolled back; or add --allow-mutable-tag.',
      exitCode: 2,
    });
  }
}
