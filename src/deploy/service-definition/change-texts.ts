/** What an update changes about a service, for people: a line for each setting, from and to. */
import type { Tag } from '@aws-sdk/client-ecs';
import { isSame, unordered } from './plain-value.ts';

const NOT_SET = '(not set)';
/** Of this member ECS keeps what an update does not name; every other one is replaced as a whole (reference: ECS semantics 4.4). */
const KEPT = 'deploymentConfiguration';
/** Characters of a value; the rest is left to the file. */
const LONGEST = 100;

/**
 * The settings that an update changes: `desiredCount: 2 → 4`. What it names and does not change is left out.
 * @param present by the same names as the update
 */
export function changeTexts(present: object, update: object): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(present));
  return Object.entries(update).flatMap(([name, to]) =>
    // A means, not a setting: what is to be changed by it is told.
    name === 'forceNewDeployment' ? [] : differences(name, before.get(name), to),
  );
}

/** The tags that are set: `tag team: web → shop`. */
export function tagTexts(present: readonly Tag[], wanted: readonly Tag[]): readonly string[] {
  const values = new Map(present.map(({ key, value = '' }) => [key, value]));
  return wanted.map(
    ({ key = '', value = '' }) => `tag ${key}: ${valueText(values.get(key))} → ${valueText(value)}`,
  );
}

function differences(path: string, from: unknown, to: unknown): readonly string[] {
  if (to === undefined || isSameValue(path, from, to)) return [];
  if (!isObject(to)) return [`${path}: ${valueText(from)} → ${valueText(to)}`];
  const before = new Map<string, unknown>(isObject(from) ? Object.entries(from) : []);
  const gone = path.startsWith(KEPT) ? [] : [...before].filter(([name]) => !(name in to));
  return [
    ...Object.entries(to).flatMap(([name, value]) =>
      differences(`${path}.${name}`, before.get(name), value),
    ),
    ...gone
      .filter(([, value]) => !isSame(value, undefined) && !isOff(value))
      .map(([name, value]) => `${path}.${name}: ${valueText(value)} → ${NOT_SET}`),
  ];
}

/** Lists mean the same in any order, but for the strategies of which the first goes first. */
function isSameValue(path: string, from: unknown, to: unknown): boolean {
  return Array.isArray(from) && Array.isArray(to) && path !== 'placementStrategy'
    ? isSame(unordered(from), unordered(to))
    : isSame(from, to);
}

/** What ECS shows of a setting that nobody made. */
function isOff(value: unknown): boolean {
  return value === false || value === 'DISABLED' || value === 'NONE';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return NOT_SET;
  if (value === '') return '""';
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((each) => typeof each === 'string')
        ? `[${value.join(', ')}]`
        : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
