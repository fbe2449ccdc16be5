/** What `--task-definition` names: a file, a family with or without a revision, or an ARN. */
import { parseArn } from '../../base/arn.ts';
import { messageOf, UserError } from '../../base/errors.ts';
import { isJsonObject, objectsOf, textOf, type Json, type JsonObject } from './json.ts';
import {
  toRegisterInput,
  type DefinitionTag,
  type TaskDefinitionContent,
} from './task-definition.ts';

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

/**
 * Reads a task definition from JSON: what RegisterTaskDefinition takes, or what DescribeTaskDefinition answers.
 * @param path what to call it in messages
 * @throws UserError TASK_DEFINITION_INVALID (exit code 2), naming the member that is wrong
 */
export function parseDefinitionFile(text: string, path: string): TaskDefinitionContent {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(`${path} is no JSON: ${messageOf(error)}`, 'Mend the file.');
  }
  if (!isJsonObject(value)) {
    throw invalid(`${path} holds no JSON object`, 'It must be a task definition.');
  }
  return definitionContent(value, path);
}

/**
 * A task definition in either of the two forms.
 * @param path what to call it in messages
 * @throws UserError TASK_DEFINITION_INVALID (exit code 2), naming the member that is wrong
 */
export function definitionContent(value: JsonObject, path: string): TaskDefinitionContent {
  const inner = value['taskDefinition'];
  const definition = isJsonObject(inner) ? inner : value;
  const shape =
    'Give what "aws ecs register-task-definition --cli-input-json" takes or "aws ecs describe-task-definition" prints.';
  if (textOf(definition['family']) === undefined) {
    throw invalid(`${path} has no "family"`, shape);
  }
  const containers = definition['containerDefinitions'];
  if (!Array.isArray(containers) || containers.length === 0) {
    throw invalid(`${path} has no "containerDefinitions"`, shape);
  }
  containers.forEach((container: Json, index) => {
    for (const member of ['name', 'image']) {
      if (!isJsonObject(container) || textOf(container[member]) === undefined) {
        throw invalid(`${path}: containerDefinitions[${index}] has no "${member}"`, shape);
      }
    }
  });
  return {
    definition: toRegisterInput(definition),
    tags: tagsOf(value['tags'] ?? definition['tags'], path),
  };
}

function tagsOf(value: Json | undefined, path: string): readonly DefinitionTag[] | undefined {
  if (value === undefined || value === null) return undefined;
  const tags = objectsOf(value).map((tag): DefinitionTag | undefined => {
    const key = textOf(tag['key']);
    const content = textOf(tag['value']);
    return key === undefined || content === undefined ? undefined : { key, value: content };
  });
  const whole = tags.filter((tag) => tag !== undefined);
  if (!Array.isArray(value) || whole.length !== value.length) {
    throw invalid(`${path}: "tags" is no list of {"key", "value"}`, 'Mend the file.');
  }
  // DescribeTaskDefinition prints an empty list when tags were not asked for.
  return whole.length === 0 ? undefined : whole;
}

function invalid(message: string, hint: string): UserError {
  return new UserError('TASK_DEFINITION_INVALID', message, { hint, exitCode: 2 });
}

/** The family of a definition. */
export function familyOf(definition: JsonObject): string {
  return textOf(definition['family']) ?? '';
}
