/**
 * Whether two task definitions mean the same, so that no new revision is made for nothing. ECS adds defaults to what was
 * registered (reference: ECS semantics 3.2) and keeps no order of environment variables, so both sides are normalised first.
 */
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, objectsOf, textOf, type Json, type JsonObject } from './json.ts';
import { settableTags, toRegisterInput, type DefinitionTag } from './task-definition.ts';

/** True when registering `b` beside `a` would change nothing. */
export function sameDefinition(a: JsonObject, b: JsonObject): boolean {
  return isDeepStrictEqual(normalise(a), normalise(b));
}

/** True when both lists hold the same settable tags, in any order. */
export function sameTags(a: readonly DefinitionTag[], b: readonly DefinitionTag[]): boolean {
  const canonical = (tags: readonly DefinitionTag[]): unknown =>
    settableTags(tags)
      .map(({ key, value }) => [key, value] as const)
      .toSorted(([left], [right]) => compare(left, right));
  return isDeepStrictEqual(canonical(a), canonical(b));
}

function normalise(definition: JsonObject): unknown {
  const networkMode = textOf(definition['networkMode']);
  const input = toRegisterInput(definition);
  return clean({
    ...input,
    cpu: canonicalSize(input['cpu'], /^([\d.]+)\s*vcpu$/i),
    memory: canonicalSize(input['memory'], /^([\d.]+)\s*gb$/i),
    requiresCompatibilities: sortedTexts(input['requiresCompatibilities']),
    containerDefinitions: objectsOf(input['containerDefinitions']).map((container) =>
      normaliseContainer(container, networkMode),
    ),
  });
}

function normaliseContainer(container: JsonObject, networkMode: string | undefined): JsonObject {
  const { healthCheck } = container;
  return {
    cpu: 0,
    essential: true,
    ...container,
    environment: byName(container['environment']),
    secrets: byName(container['secrets']),
    portMappings: objectsOf(container['portMappings']).map((mapping) => ({
      protocol: 'tcp',
      ...(mapping['containerPortRange'] === undefined
        ? { hostPort: defaultHostPort(mapping, networkMode) }
        : {}),
      ...mapping,
    })),
    ...(isJsonObject(healthCheck)
      ? { healthCheck: { interval: 30, timeout: 5, retries: 3, ...healthCheck } }
      : {}),
  };
}

function defaultHostPort(mapping: JsonObject, networkMode: string | undefined): Json | undefined {
  return networkMode === 'awsvpc' || networkMode === 'host' ? mapping['containerPort'] : 0;
}

/** `1 vCPU` and `1 GB` are stored as "1024". */
function canonicalSize(value: Json | undefined, unit: RegExp): Json | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return value;
  const match = unit.exec(value.trim());
  return match === null ? value.trim() : String(Math.round(Number(match[1]) * 1024));
}

function sortedTexts(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value.map(String).toSorted(compare) : value;
}

function byName(value: Json | undefined): Json {
  return objectsOf(value).toSorted((a, b) =>
    compare(textOf(a['name']) ?? '', textOf(b['name']) ?? ''),
  );
}

/** By code unit: the machine's locale has no say. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Without members that say nothing: null, undefined, an empty list, an empty object. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, clean(member)] as const)
      .filter(([, member]) => !saysNothing(member)),
  );
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
