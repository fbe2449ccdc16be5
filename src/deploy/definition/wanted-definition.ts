/** Which task definition a deploy is for: the live one, a file's or a registered one, with new images. */
import { UserError } from '../../base/errors.ts';
import type { PlaceOf } from './document-source.ts';
import {
  familyOf,
  parseDefinitionSource,
  parseTaskDefinition,
  TASK_DEFINITION,
} from './definition-source.ts';
import type { ImageOption } from './image-reference.ts';
import { parseImageReference } from './image-reference.ts';
import type { JsonObject } from './json.ts';
import { movingTag } from './mutable-tag.ts';
import { describeDefinition, newestRevision } from './raw-definition.ts';
import { sameDefinition, sameTags } from './same-definition.ts';
import type { Session } from '../session/session.ts';
import { shortDefinition } from '../observed/names.ts';
import { ApiError } from '../aws/api-failure.ts';
import {
  containersOf,
  withImages,
  type DefinitionTag,
  type RegisteredDefinition,
  type TaskDefinitionContent,
} from './task-definition.ts';
import { readWritten, type DocumentReading } from './written.ts';

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
  /** Undefined: what runs, with new images. */
  readonly given: GivenDefinition | undefined;
  readonly allowMutableTag: boolean;
}

/**
 * Finds what shall run. Nothing is registered for nothing: a definition that means the same as the live one, as the one it was
 * made from, or as the newest of its family, is that one.
 * @throws UserError (exit code 2) when images, containers or the definition are wrong, or a tag moves
 */
export async function wantedDefinition(
  session: Session,
  live: RegisteredDefinition | undefined,
  wish: DefinitionWish,
): Promise<WantedDefinition> {
  const base = await baseDefinition(session, live, wish.given);
  const definition = withImages(base.definition, wish.images);
  const tags = base.tags;
  if (!wish.allowMutableTag) refuseMovingTags(definition, live?.definition ?? {}, wish);
  const isSame = (each: RegisteredDefinition | undefined): each is RegisteredDefinition =>
    each !== undefined && sameDefinition(definition, each.definition) && sameTags(tags, each.tags);
  const known = [base.registered, live].find(isSame);
  if (known !== undefined) return { kind: 'registered', registered: known };
  const { api, dependencies } = session;
  // A version that failed is registered: trying it again makes no other revision of it, and two who deploy it share one.
  const newest = await newestRevision(api, dependencies.clients.ecs, familyOf(definition));
  if (!isSame(newest)) return { kind: 'new', definition, tags };
  session.say(
    'info',
    'registered-before',
    `${shortDefinition(newest.arn)} is registered and says the same: using it`,
  );
  return { kind: 'registered', registered: newest };
}

interface Base {
  readonly definition: JsonObject;
  readonly tags: readonly DefinitionTag[];
  readonly registered: RegisteredDefinition | undefined;
}

/** The definition that a deploy is given, before anything is asked of AWS. */
export type GivenDefinition =
  | ({ readonly kind: 'written' } & TaskDefinitionContent)
  /** `family`, `family:revision` or an ARN. */
  | { readonly kind: 'registered'; readonly name: string };

/**
 * Reads what a deploy names as its definition.
 * @param given a file, FAMILY, FAMILY:REVISION or an ARN; or the definition itself
 * @param placeOf where the configuration has it, for messages
 * @throws UserError TASK_DEFINITION_INVALID (exit code 2)
 */
export async function readGiven(
  given: string | JsonObject | undefined,
  reading: DocumentReading,
  placeOf: PlaceOf | undefined,
): Promise<GivenDefinition | undefined> {
  if (given === undefined) return undefined;
  const source = typeof given === 'string' ? parseDefinitionSource(given) : undefined;
  if (source?.kind === 'registered') return source;
  const written = await readWritten(
    typeof given === 'string' ? { kind: 'named', text: given } : { kind: 'inline', value: given },
    TASK_DEFINITION,
    reading,
    placeOf,
  );
  return { kind: 'written', ...parseTaskDefinition(written) };
}

async function baseDefinition(
  session: Session,
  live: RegisteredDefinition | undefined,
  given: GivenDefinition | undefined,
): Promise<Base> {
  if (given === undefined) {
    if (live === undefined) throw nothingToBeginFrom(session);
    return { definition: live.definition, tags: live.tags, registered: live };
  }
  if (given.kind === 'written') {
    // The old revision's tags are kept unless the file has its own.
    const { definition, tags = live?.tags ?? [] } = given;
    return { definition, tags, registered: undefined };
  }
  if (given.name === live?.arn) {
    return { definition: live.definition, tags: live.tags, registered: live };
  }
  const { api, dependencies } = session;
  try {
    const registered = await describeDefinition(api, dependencies.clients.ecs, given.name);
    return { definition: registered.definition, tags: registered.tags, registered };
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    throw new UserError(
      'TASK_DEFINITION_NOT_FOUND',
      `there is no task definition "${given.name}": ${error.message}`,
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

/** Looks at the images that this deploy brings; what ran before, such as a sidecar, is nobody's question now. */
function refuseMovingTags(
  definition: JsonObject,
  live: JsonObject,
  { images, given }: DefinitionWish,
): void {
  const before = new Map(containersOf(live).map(({ name, image }) => [name, image]));
  const asked = new Set(images.map((option) => option.image.text));
  for (const { name, image } of containersOf(definition)) {
    const brought = asked.has(image) || (given !== undefined && before.get(name) !== image);
    if (!brought) continue;
    const why = movingTag(parseImageReference(image));
    if (why === undefined) continue;
    throw new UserError('MUTABLE_TAG', `image "${image}" for container "${name}" ${why}`, {
      hint: 'Use a version, a commit hash or a digest, so that this deploy can be repeated and rolled back; or add --allow-mutable-tag.',
      exitCode: 2,
    });
  }
}
