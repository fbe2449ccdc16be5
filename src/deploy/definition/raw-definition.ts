/**
 * Reads and writes task definitions as the JSON that travels on the wire. The SDK's models drop members that they do not
 * know; a read-modify-write through them would silently take a new feature away from a service
 * (reference: ECS semantics 3.4).
 */
import { buffer } from 'node:stream/consumers';
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { ApiError, classifyFailure } from '../aws/api-failure.ts';
import type { Api, Send } from '../aws/api.ts';
import { isJsonObject, objectsOf, textOf, type JsonObject } from './json.ts';
import { sameDefinition, sameTags } from './same-definition.ts';
import {
  settableTags,
  toRegisterInput,
  type DefinitionTag,
  type RegisteredDefinition,
} from './task-definition.ts';

/**
 * Describes a task definition with its tags.
 * @param name family, family:revision or ARN
 * @throws ApiError
 */
export async function describeDefinition(
  api: Api,
  ecs: ECSClient,
  name: string,
): Promise<RegisteredDefinition> {
  let raw: JsonObject | undefined;
  const output = await api.read('ecs', 'DescribeTaskDefinition', (options) => {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { response } = result;
        if (isResponse(response)) {
          const body = await bytesOf(response.body);
          response.body = body;
          raw = parseObject(body);
        }
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'fairleadKeepBody' },
    );
    return ecs.send(command, options);
  });
  // A protocol other than JSON leaves us with what the SDK knows.
  const inner = raw?.['taskDefinition'];
  const described = isJsonObject(inner) ? inner : plain(output.taskDefinition);
  const tags = objectsOf(raw?.['tags'] ?? plain({ tags: output.tags })['tags']);
  return {
    arn: output.taskDefinition?.taskDefinitionArn ?? name,
    status: output.taskDefinition?.status ?? 'ACTIVE',
    registeredBy: output.taskDefinition?.registeredBy,
    definition: toRegisterInput(described),
    tags: tags.map((tag) => ({ key: textOf(tag['key']) ?? '', value: textOf(tag['value']) ?? '' })),
  };
}

/**
 * Registers a new revision, once: where the answer is lost and the newest revision of the family is what was sent, it is that one.
 * @param onLost told when an answer is lost, so that it is not known whether a revision was registered
 * @returns its ARN
 * @throws ApiError
 */
export async function registerDefinition(
  api: Api,
  ecs: ECSClient,
  definition: JsonObject,
  tags: readonly DefinitionTag[],
  onLost: () => void,
): Promise<string> {
  const kept = settableTags(tags);
  const input = { ...definition, ...(kept.length === 0 ? {} : { tags: kept }) };
  const family = textOf(definition['family']);
  const send = async (options: Parameters<Send<string>>[0]): Promise<string> => {
    // Named for the SDK's own checks; what is sent is the JSON below.
    const command = new RegisterTaskDefinitionCommand({ family, containerDefinitions: [] });
    command.middlewareStack.add(
      (next) => (args) => {
        if (isJsonRequest(args.request)) args.request.body = JSON.stringify(input);
        return next(args);
      },
      { step: 'serialize', priority: 'low', name: 'fairleadSendBody' },
    );
    try {
      const { taskDefinition } = await ecs.send(command, options);
      const arn = taskDefinition?.taskDefinitionArn;
      if (arn === undefined) throw new Error('RegisterTaskDefinition answered without an ARN');
      return arn;
    } catch (error) {
      if (classifyFailure(error) === 'transient') onLost();
      throw error;
    }
  };
  return api.change('ecs', 'RegisterTaskDefinition', send, async () => {
    const newest = family === undefined ? undefined : await newestRevision(api, ecs, family);
    const same =
      newest !== undefined &&
      sameDefinition(definition, newest.definition) &&
      sameTags(tags, newest.tags);
    return same ? newest.arn : undefined;
  });
}

/**
 * The newest revision of a family that is not deregistered; undefined where there is none, or where it may not be seen.
 * @throws ApiError
 */
export async function newestRevision(
  api: Api,
  ecs: ECSClient,
  family: string,
): Promise<RegisteredDefinition | undefined> {
  try {
    return await describeDefinition(api, ecs, family);
  } catch (error) {
    if (error instanceof ApiError && (error.kind === 'refused' || error.kind === 'denied')) {
      return undefined;
    }
    throw error;
  }
}

function isResponse(value: unknown): value is { body: unknown } {
  return typeof value === 'object' && value !== null && 'body' in value;
}

function isJsonRequest(value: unknown): value is { body: unknown } {
  return typeof value === 'object' && value !== null && 'body' in value;
}

/** A response body of any kind that request handlers give. */
async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body);
  if (isAsyncIterable(body)) return buffer(body);
  return new Uint8Array();
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    // An answer that is no JSON is an error page; the SDK's own deserializer reports it.
    return undefined;
  }
}

function plain(value: object | undefined): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value ?? {}));
  return isJsonObject(copy) ? copy : {};
}
