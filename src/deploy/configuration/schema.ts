/** `fairlead.yaml` as it is written. */
import { z } from 'zod';
import {
  choice,
  duration,
  list,
  mapping,
  namesTo,
  scalar,
  text,
  variants,
} from '../../base/configuration/fields.ts';
import { refusal } from '../../base/configuration/problems.ts';
import { parseDefinitionSource } from '../definition/definition-source.ts';
import { parseImageReference } from '../definition/image-reference.ts';
import { isJsonObject } from '../definition/json.ts';
import { analysisEntry } from './analysis-schema.ts';
import type { DocumentSource } from '../definition/document-source.ts';
import { afterEntry, beforeEntry } from './hook-schema.ts';
import { strategySchema } from './strategy-schema.ts';

/** What Ctrl-C does unless something else is said: the rollout goes on, as it does when the client dies. */
const ON_CANCEL = ['detach', 'stop', 'rollback'] as const;

const image = scalar(
  'an image reference, such as team/web:1.2.0',
  (reference) => parseImageReference(reference).text,
  { type: 'string', minLength: 1 },
);

/** A single image is that of the empty name. */
const oneImage = image.transform((only): Readonly<Record<string, string>> => ({ '': only }));

const imageOfEach = namesTo('a mapping of container names to image references', image, {
  pattern: /^[A-Za-z0-9_-]{1,255}$/,
  wrong: 'is no container name, which has letters, digits, _ and - only',
});

/** Each key by itself; what keys mean together is in cross-field.ts. */
export const shape = {
  $schema: text().describe('Where this schema is, for editors.').optional(),
  region: text('an AWS region, such as eu-west-1', (value) =>
    /^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(value),
  )
    .describe('AWS region; by default that of the environment or profile.')
    .optional(),
  cluster: nameOrArn('cluster')
    .describe('Name or ARN of the cluster. By default "default".')
    .optional(),
  service: nameOrArn('service').describe('Name or ARN of the service.').optional(),
  task_definition: document(
    'the path of a JSON file, FAMILY, FAMILY:REVISION, an ARN, or the task definition itself',
    (source) => {
      parseDefinitionSource(source);
      return source;
    },
  )
    .describe(
      'Path of a JSON file (relative to this file), FAMILY, FAMILY:REVISION, ARN, or the definition itself. By default what the service runs.',
    )
    .optional(),
  service_definition: document(
    'the path of a JSON file, or the service definition itself',
    (path) => path,
  )
    .describe(
      'Path of a JSON file (relative to this file) or the definition itself. The service is created where it does not exist; what differs is updated.',
    )
    .optional(),
  images: variants<Readonly<Record<string, string>>>([imageOfEach, oneImage], (value) =>
    typeof value === 'string' && value !== '' ? oneImage : imageOfEach,
  )
    .describe('The new image of each container; a single one for a definition with one container.')
    .optional(),
  strategy: strategySchema
    .describe(
      'How tasks and traffic come to the new version. By default as the service is configured.',
    )
    .optional(),
  analysis: list('a list of checks, such as [{ metric: target_5xx_ratio, max: 1% }]', analysisEntry)
    .describe('What decides at each gate whether the rollout goes on.')
    .optional(),
  hooks: mapping('a mapping with the keys before and after', {
    before: list('a list of hooks, such as [{ run_task: migrate }]', beforeEntry)
      .describe('What runs before anything is changed.')
      .optional(),
    after: list('a list of hooks, such as [{ command: ./smoke.sh }]', afterEntry)
      .describe('What runs after the rollout succeeded.')
      .optional(),
  }).optional(),
  policy: mapping('a mapping with the key tags', {
    tags: choice(['immutable', 'any'])
      .describe('any: takes images whose tag may move, such as latest. By default immutable.')
      .optional(),
  }).optional(),
  on_cancel: choice(ON_CANCEL)
    .describe('What Ctrl-C and SIGTERM do. By default detach.')
    .optional(),
  timeout: duration('above-zero')
    .describe('How long the whole rollout may take, such as 30m.')
    .optional(),
};

/** The whole file. */
/** Which service it is about. */
export const serviceSchema = mapping('a mapping, such as { cluster: production, service: web }', {
  region: shape.region,
  cluster: shape.cluster,
  service: shape.service,
});

export const fileSchema = mapping(
  'a mapping, such as { cluster: production, service: web }',
  shape,
);

/** What the file says, as written. */
export type WrittenFile = z.output<typeof fileSchema>;

function nameOrArn(what: 'cluster' | 'service'): z.ZodType<string> {
  return text(`the name or ARN of a ${what}`, (value) =>
    /^(?:[A-Za-z0-9_-]{1,255}|arn:[^:]+:ecs:[^\s]+)$/.test(value),
  );
}

/** An AWS-shaped document, or where it is. */
function document(right: string, read: (text: string) => string): z.ZodType<DocumentSource> {
  const named = scalar(right, (text): DocumentSource => ({ kind: 'named', text: read(text) }), {
    type: 'string',
    minLength: 1,
  });
  const inline = z.unknown().transform((value, context): DocumentSource => {
    if (isJsonObject(value)) return { kind: 'inline', value };
    context.addIssue(refusal(value, right));
    return z.NEVER;
  });
  return variants<DocumentSource>([named, inline.meta({ type: 'object' })], (value) =>
    typeof value === 'string' ? named : inline,
  );
}
