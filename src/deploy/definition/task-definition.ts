/**
 * From a task definition that is, to the one that shall be. Definitions are plain JSON here, as they travel on the wire:
 * a member that this SDK does not know is kept, not lost (reference: ECS semantics 3.4).
 */
import type { LoggedContainer } from '../aws/log-tail.ts';
import { UserError } from '../../base/errors.ts';
import type { ImageOption } from './image-reference.ts';
import { isJsonObject, objectsOf, textOf, type JsonObject } from './json.ts';

/** A tag of a task definition. */
export interface DefinitionTag {
  readonly key: string;
  readonly value: string;
}

/** What RegisterTaskDefinition takes, without its tags. */
export interface TaskDefinitionContent {
  /** `family`, `containerDefinitions` and all the rest. */
  readonly definition: JsonObject;
  /** Undefined: not said, so those of the old revision are kept. */
  readonly tags: readonly DefinitionTag[] | undefined;
}

/** A registered revision. */
export interface RegisteredDefinition extends TaskDefinitionContent {
  readonly arn: string;
  /** ACTIVE, INACTIVE or DELETE_IN_PROGRESS. */
  readonly status: string;
  readonly tags: readonly DefinitionTag[];
  /** ARN of who registered it, where ECS says. */
  readonly registeredBy?: string | undefined;
}

/** Members that only DescribeTaskDefinition has. */
const OUTPUT_ONLY: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'previousStatus',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** The definition without what RegisterTaskDefinition does not take; everything else stays, known or not. */
export function toRegisterInput(described: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(described).filter(
      ([name, value]) => !OUTPUT_ONLY.has(name) && name !== 'tags' && value !== null,
    ),
  );
}

/** Tags that may be set: AWS refuses keys of its own (`aws:…`) and an empty list. */
export function settableTags(tags: readonly DefinitionTag[]): readonly DefinitionTag[] {
  return tags.filter((tag) => !tag.key.toLowerCase().startsWith('aws:'));
}

/** A container of a definition, as far as a rollout looks at it. */
export interface ContainerFacts extends LoggedContainer {
  readonly image: string;
  readonly essential: boolean;
  readonly hasHealthCheck: boolean;
  /** Container ports, for the check against load balancers; `undefined` in it stands for a port range. */
  readonly containerPorts: readonly number[];
  /** Inclusive ranges of `containerPortRange`. */
  readonly containerPortRanges: readonly (readonly [number, number])[];
  /** Plain environment variables. */
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

/** What the containers of a definition are. */
export function containersOf(definition: JsonObject): readonly ContainerFacts[] {
  return objectsOf(definition['containerDefinitions']).map((container) => {
    const mappings = objectsOf(container['portMappings']);
    const log = container['logConfiguration'];
    const logDriver = isJsonObject(log) ? textOf(log['logDriver']) : undefined;
    const options = isJsonObject(log) && isJsonObject(log['options']) ? log['options'] : {};
    const group = textOf(options['awslogs-group']);
    return {
      name: textOf(container['name']) ?? '',
      image: textOf(container['image']) ?? '',
      essential: container['essential'] !== false,
      hasHealthCheck: isJsonObject(container['healthCheck']),
      containerPorts: mappings.flatMap(({ containerPort }) =>
        typeof containerPort === 'number' ? [containerPort] : [],
      ),
      containerPortRanges: mappings.flatMap(({ containerPortRange }) => {
        const range = /^(\d+)-(\d+)$/.exec(textOf(containerPortRange) ?? '');
        return range === null ? [] : [[Number(range[1]), Number(range[2])] as const];
      }),
      logDriver,
      awslogs:
        logDriver === 'awslogs' && group !== undefined
          ? {
              group,
              region: textOf(options['awslogs-region']),
              streamPrefix: textOf(options['awslogs-stream-prefix']),
            }
          : undefined,
      environment: objectsOf(container['environment']).map(({ name, value }) => ({
        name: textOf(name) ?? '',
        value: textOf(value) ?? '',
      })),
    };
  });
}

/**
 * The definition with new images.
 * @throws UserError UNKNOWN_CONTAINER or AMBIGUOUS_CONTAINER (exit code 2), naming the containers there are
 */
export function withImages(definition: JsonObject, images: readonly ImageOption[]): JsonObject {
  const containers = containersOf(definition);
  const chosen = new Map<string, string>();
  for (const option of images) {
    const name = chooseContainer(containers, option);
    const before = chosen.get(name);
    if (before !== undefined && before !== option.image.text) {
      throw new UserError(
        'IMAGE_INVALID',
        `container "${name}" is given two images, ${before} and ${option.image.text}`,
        { hint: 'Name one --image for each container.', exitCode: 2 },
      );
    }
    chosen.set(name, option.image.text);
  }
  return {
    ...definition,
    containerDefinitions: objectsOf(definition['containerDefinitions']).map((container) => {
      const image = chosen.get(textOf(container['name']) ?? '');
      return image === undefined ? container : { ...container, image };
    }),
  };
}

function chooseContainer(containers: readonly ContainerFacts[], option: ImageOption): string {
  const names = containers.map((container) => container.name).join(', ');
  if (option.container !== undefined) {
    if (containers.some((container) => container.name === option.container)) {
      return option.container;
    }
    throw new UserError(
      'UNKNOWN_CONTAINER',
      `the task definition has no container "${option.container}"; it has: ${names}`,
      { hint: `Use one of these names: --image NAME=${option.image.text}`, exitCode: 2 },
    );
  }
  const essential = containers.filter((container) => container.essential);
  const only = containers.length === 1 ? containers : essential;
  const [container, ...others] = only;
  if (container !== undefined && others.length === 0) return container.name;
  throw new UserError(
    'AMBIGUOUS_CONTAINER',
    `the task definition has several containers that the image could be for: ${names}`,
    { hint: `Say which: --image CONTAINER=${option.image.text}`, exitCode: 2 },
  );
}
