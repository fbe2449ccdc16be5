/** What `--task-definition` names: a file, a family with or without a revision, or an ARN. */
import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { parseArn } from '../../base/arn.ts';
import type { Path, Problem } from '../../base/configuration/problems.ts';
import { UserError } from '../../base/errors.ts';
import { checkShape } from './shape-check.ts';
import { isJsonObject, objectsOf, textOf, type Json, type JsonObject } from './json.ts';
import {
  toRegisterInput,
  type DefinitionTag,
  type TaskDefinitionContent,
} from './task-definition.ts';
import { documentError, type DocumentKind, type Written } from './written.ts';

/** Where the wanted definition comes from. */
export type DefinitionSource =
  | { readonly kind: 'file'; readonly path: string }
  /** `family`, `family:revision` or an ARN, as DescribeTaskDefinition takes it. */
  | { readonly kind: 'registered'; readonly name: string };

const FAMILY = /^[A-Za-z0-9_-]{1,255}(?::[1-9]\d*)?$/;

/**
 * Tells a file from a family: a file has a slash, a dot or begins with `file://`; a family can have none of them.
 * @throws UserError TASK_DEFINITION_INVALID (exit code 2)
 */
export function parseDefinitionSource(text: string): DefinitionSource {
  if (text.startsWith('file://')) return { kind: 'file', path: text.slice('file://'.length) };
  const arn = parseArn(text);
  if (arn !== undefined) {
    if (arn.service === 'ecs' && /^task-definition\/[^/:]+:\d+$/.test(arn.resource)) {
      return { kind: 'registered', name: text };
    }
    throw invalid(
      `"${text}" is no task definition ARN`,
      'It looks like arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION.',
    );
  }
  if (FAMILY.test(text)) return { kind: 'registered', name: text };
  if (/[./\\]/.test(text)) return { kind: 'file', path: text };
  throw invalid(
    `"${text}" is neither a file nor a task definition`,
    'Give a JSON file, FAMILY, FAMILY:REVISION or an ARN.',
  );
}

/** What messages of a task definition have in common. */
export const TASK_DEFINITION: DocumentKind = {
  key: 'task_definition',
  code: 'TASK_DEFINITION_INVALID',
  right: 'Give the path of a task definition in JSON, or FAMILY[:REVISION].',
};

const SHAPES =
  'Give what "aws ecs register-task-definition --cli-input-json" takes or "aws ecs describe-task-definition" prints.';

/**
 * Reads a task definition: what RegisterTaskDefinition takes, or what DescribeTaskDefinition answers. A member that this SDK does
 * not know is kept, unless it looks like one that it knows.
 * @throws UserError TASK_DEFINITION_INVALID (exit code 2) with every problem: place, member, value and what would be right
 */
export function parseTaskDefinition(written: Written): TaskDefinitionContent {
  const { value, textForScalars } = written;
  if (!isJsonObject(value)) throw wrong(written, [{ path: [], text: 'must be a JSON object' }]);
  const inner = value['taskDefinition'];
  const [document, at] = isJsonObject(inner) ? [inner, ['taskDefinition']] : [value, []];
  const checked = checkShape(toRegisterInput(document), RegisterTaskDefinitionRequest$, {
    at,
    textForScalars,
    keepsUnknown: true,
  });
  const definition = checked.value;
  const tags = value['tags'] === undefined ? document['tags'] : value['tags'];
  const problems = [
    ...checked.problems,
    ...missing(definition, at),
    ...tagProblems(tags, value['tags'] === undefined ? [...at, 'tags'] : ['tags']),
  ];
  if (problems.length > 0) throw wrong(written, problems);
  return { definition, tags: tagsOf(tags) };
}

/** What a task definition cannot be without. */
function missing(definition: JsonObject, at: Path): readonly Problem[] {
  const family = definition['family'];
  const containers = definition['containerDefinitions'];
  const lacking = (path: Path, name: string): Problem => ({ path, text: `has no "${name}"` });
  return [
    ...(family === undefined ? [lacking(at, 'family')] : []),
    ...(containers === undefined || (Array.isArray(containers) && containers.length === 0)
      ? [lacking(at, 'containerDefinitions')]
      : []),
    ...(Array.isArray(containers) ? containers : []).flatMap((container: Json, index) =>
      ['name', 'image']
        .filter((name) => isJsonObject(container) && (container[name] ?? undefined) === undefined)
        .map((name) => lacking([...at, 'containerDefinitions', index], name)),
    ),
  ];
}

function tagProblems(value: Json | undefined, path: Path): readonly Problem[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [{ path, text: 'must be a list of {"key", "value"}' }];
  return value.flatMap((tag: Json, index) =>
    isJsonObject(tag) && textOf(tag['key']) !== undefined && textOf(tag['value']) !== undefined
      ? []
      : [{ path: [...path, index], text: 'must be {"key", "value"}, both texts' }],
  );
}

function tagsOf(value: Json | undefined): readonly DefinitionTag[] | undefined {
  const tags = objectsOf(value).map((tag) => ({
    key: textOf(tag['key']) ?? '',
    value: textOf(tag['value']) ?? '',
  }));
  // DescribeTaskDefinition prints an empty list when tags were not asked for.
  return tags.length === 0 ? undefined : tags;
}

function wrong(written: Written, problems: readonly Problem[]): UserError {
  return documentError(written, problems, TASK_DEFINITION.code, SHAPES);
}

function invalid(message: string, hint: string): UserError {
  return new UserError('TASK_DEFINITION_INVALID', message, { hint, exitCode: 2 });
}

/** The family of a definition. */
export function familyOf(definition: JsonObject): string {
  return textOf(definition['family']) ?? '';
}
