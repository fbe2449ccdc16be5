/**
 * What a rollout leaves on ECS so that any client can go on with it. What was planned stands in the tags that green is created
 * with. What changes (the direction, who is at work) is a tag of the service: TagResource is documented for services, not for
 * task sets. How far the traffic has come is nowhere written: the weights say it.
 */
import type { Tag, TaskSet } from '@aws-sdk/client-ecs';
import { parseDuration } from '../../base/duration.ts';
import type { RuleArn } from './rule.ts';
import type { Direction } from './world.ts';

/** The service tag. */
export const ROLLOUT_TAG = 'fairlead:task-sets';

/** What green's tags say. */
export interface GreenMarks {
  /** Id of the task set that it replaces; undefined for a service's first. */
  readonly replaces: string | undefined;
  /** ARN of that one's task definition. */
  readonly replacesDefinition: string | undefined;
  /** Percent of the desired count at which that one was kept. */
  readonly blueScale: number;
  readonly steps: readonly number[];
  readonly stepBakeMs: number;
  readonly finalBakeMs: number;
  /** Undefined without a load balancer. */
  readonly production: RuleArn | undefined;
  readonly test: RuleArn | undefined;
  /** Who began it. */
  readonly by: string;
  /**
   * Task definitions, such as `web:6`, that rollbacks go back to from here, the next one first: ECS keeps no history of task sets.
   * Undefined: not known.
   */
  readonly wayBack: readonly string[] | undefined;
}

const KEY = {
  replaces: 'fairlead:replaces',
  definition: 'fairlead:replaces-definition',
  scale: 'fairlead:replaces-scale',
  steps: 'fairlead:steps',
  bakes: 'fairlead:bakes',
  production: 'fairlead:production-rule',
  test: 'fairlead:test-rule',
  by: 'fairlead:by',
  wayBack: 'fairlead:way-back',
} as const;

/** Characters of a tag's value. */
const LONGEST_VALUE = 256;
const NOTHING = 'nothing';

/** Any key of Fairlead's own. */
const OWN_PREFIX = 'fairlead:';

/** Tags for CreateTaskSet (reference: the SDK's Tag: letters, numbers, spaces and `+ - = . _ : / @`, up to 256 characters). */
export function greenTags(marks: GreenMarks): Tag[] {
  const tags: readonly (readonly [string, string | undefined])[] = [
    [KEY.replaces, marks.replaces ?? NOTHING],
    [KEY.definition, marks.replacesDefinition],
    [KEY.scale, String(marks.blueScale)],
    [KEY.steps, marks.steps.join(' ')],
    [KEY.bakes, `${marks.stepBakeMs}ms ${marks.finalBakeMs}ms`],
    [KEY.production, marks.production],
    [KEY.test, marks.test],
    [KEY.by, plainText(marks.by)],
    [KEY.wayBack, marks.wayBack === undefined ? undefined : wayBackText(marks.wayBack)],
  ];
  return tags.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));
}

/** Reads them; undefined for a task set that is not of Fairlead's making. */
export function readGreenMarks(
  taskSet: Pick<TaskSet, 'tags' | 'externalId'>,
): GreenMarks | undefined {
  const tags = new Map((taskSet.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
  const replaces = tags.get(KEY.replaces);
  const steps = (tags.get(KEY.steps) ?? '').split(' ').map(Number);
  const [stepBakeMs, finalBakeMs] = (tags.get(KEY.bakes) ?? '').split(' ').map(parseDuration);
  const known =
    isRolloutId(taskSet.externalId) &&
    replaces !== undefined &&
    steps.at(-1) === 100 &&
    steps.every((step, index) => step > (steps[index - 1] ?? 0));
  if (!known || stepBakeMs === undefined || finalBakeMs === undefined) return undefined;
  const scale = Number(tags.get(KEY.scale));
  return {
    replaces: replaces === NOTHING ? undefined : replaces,
    replacesDefinition: tags.get(KEY.definition),
    blueScale: scale > 0 && scale <= 100 ? scale : 100,
    steps,
    stepBakeMs,
    finalBakeMs,
    production: tags.get(KEY.production),
    test: tags.get(KEY.test),
    by: tags.get(KEY.by) ?? 'somebody',
    wayBack: tags
      .get(KEY.wayBack)
      ?.split(' ')
      .filter((each) => each !== NOTHING),
  };
}

/** As many as a tag can hold. */
function wayBackText(names: readonly string[]): string {
  let text = '';
  for (const name of names) {
    const longer = text === '' ? name : `${text} ${name}`;
    if (longer.length > LONGEST_VALUE) break;
    text = longer;
  }
  return text === '' ? NOTHING : text;
}

/**
 * The way back of a rollout: what it replaces and what that one would go back to; where it returns to one of them, what came
 * before that one (see `wayBack` of service revisions, which says why).
 * @param from the task definition that it replaces, such as `web:6`
 * @param known the way back from there; undefined: not known
 */
export function wayBackFrom(
  to: string,
  from: string,
  known: readonly string[] | undefined,
): readonly string[] {
  const came = [from, ...(known ?? [])];
  const index = came.indexOf(to);
  return index < 0 ? came : came.slice(index + 1);
}

/** Tags of a task set that are its owner's, to be carried on to the next one. */
export function ownersTags(tags: readonly Tag[]): Tag[] {
  return tags.filter(
    ({ key = '' }) => !key.startsWith(OWN_PREFIX) && !key.toLowerCase().startsWith('aws:'),
  );
}

/** The external id of a rollout's green, from random bytes. */
export function rolloutId(bytes: Uint8Array): string {
  return `fairlead-${hex(bytes)}`;
}

/** True for the external id of a task set that Fairlead created. */
export function isRolloutId(externalId: string | undefined): externalId is string {
  return externalId !== undefined && /^fairlead-[0-9a-f]{8,}$/.test(externalId);
}

/** Digits for ids and tokens. */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What the service tag says: who is at work on which rollout, and which way. */
export interface Lease {
  /** External id of green. */
  readonly rollout: string;
  readonly direction: Direction;
  /** Of one running client; `none` after a client that left on purpose. */
  readonly holder: string;
  /** Grows while the holder lives. */
  readonly beat: number;
  /** How often the measurements were looked at, over all clients: repeated looks cost confidence. */
  readonly looks: number;
}

/** Nobody is at work. */
export const NOBODY = 'none';

/** The service tag's value, such as `fairlead-0af3… forward 91be 7 2`. */
export function formatLease({ rollout, direction, holder, beat, looks }: Lease): string {
  return `${rollout} ${direction} ${holder} ${beat} ${looks}`;
}

/** Reads it from a service that was described with its tags; undefined without one. */
export function readLease(tags: readonly Tag[] | undefined): Lease | undefined {
  const value = tags?.find(({ key }) => key === ROLLOUT_TAG)?.value ?? '';
  const parts = /^(fairlead-[0-9a-f]+) (forward|back) (\w+) (\d{1,9}) (\d{1,9})$/.exec(value);
  if (parts === null) return undefined;
  const [, rollout = '', direction, holder = '', beat, looks] = parts;
  return {
    rollout,
    direction: direction === 'back' ? 'back' : 'forward',
    holder,
    beat: Number(beat),
    looks: Number(looks),
  };
}

function plainText(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9+\-=._:/@ ]/g, '-').slice(0, 128);
  return plain.trim() === '' ? 'somebody' : plain;
}
