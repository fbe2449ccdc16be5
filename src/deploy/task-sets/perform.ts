/** Does one step of a rollout: the change itself, and what is said of it. */
import type { Session } from '../session/session.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { shortDefinition } from '../observed/names.ts';
import { createTaskSet, deleteTaskSet, makePrimary, scaleTaskSet, setWeights } from './act.ts';
import { isNotEmptyYet, isTaskSetGone } from './failures.ts';
import type { Step } from './step.ts';
import type { Look } from './observe.ts';
import { afterWeights } from './remember.ts';
import type { Rollout } from './rollout.ts';
import type { GroupPair } from './weights.ts';
import type { Colour, Memory } from './world.ts';

/** The steps that change something. */
export type Change = Extract<
  Step,
  {
    kind: 'create-green' | 'shift-test' | 'set-weights' | 'make-primary' | 'scale' | 'delete';
  }
>;

/**
 * Sends it. A task set that is gone already, or that ECS does not delete before its last task has stopped, is no failure.
 * @returns the memory after it
 * @throws ApiError
 */
export async function perform(
  session: Session,
  rollout: Rollout,
  step: Change,
  look: Look,
  memory: Memory,
): Promise<Memory> {
  try {
    return await send(session, rollout, step, look, memory);
  } catch (error) {
    // The next look tells what it means.
    if (isTaskSetGone(error)) return memory;
    const { emptyFirst } = memory;
    if (step.kind !== 'delete' || !isNotEmptyYet(error) || emptyFirst.has(step.set)) throw error;
    return { ...memory, emptyFirst: new Set([...emptyFirst, step.set]) };
  }
}

async function send(
  session: Session,
  rollout: Rollout,
  step: Change,
  look: Look,
  memory: Memory,
): Promise<Memory> {
  const names = namesOf(rollout);
  const { subject } = rollout;
  switch (step.kind) {
    case 'create-green':
      return create(session, rollout, memory);
    case 'set-weights': {
      session.say(
        'info',
        'weights',
        `${step.green} % of the production traffic to ${names.green}${names.blue === undefined ? '' : `, ${round(100 - step.green)} % to ${names.blue}`}`,
      );
      await setWeights(session, subject.production ?? '', groupsOf(rollout), step.green);
      return afterWeights(memory, step.green, look.world);
    }
    case 'shift-test': {
      session.say('info', 'test-traffic', `test traffic to ${names[step.to] ?? step.to}`);
      await setWeights(
        session,
        subject.test ?? '',
        groupsOf(rollout),
        step.to === 'green' ? 100 : 0,
      );
      return memory;
    }
    case 'make-primary':
      session.say('info', 'primary', `${names[step.set] ?? step.set} becomes the primary task set`);
      await makePrimary(session, idOf(look, step.set));
      return memory;
    case 'scale':
      session.say(
        'info',
        'scale',
        `task set ${idOf(look, step.set)} (${names[step.set] ?? step.set}) to ${step.percent} % of the desired count`,
      );
      await scaleTaskSet(session, idOf(look, step.set), step.percent);
      return memory;
    case 'delete':
      session.say(
        'info',
        'delete',
        `deleting task set ${idOf(look, step.set)} (${names[step.set] ?? step.set})`,
      );
      await deleteTaskSet(session, idOf(look, step.set));
      return memory;
  }
}

async function create(session: Session, rollout: Rollout, memory: Memory): Promise<Memory> {
  const { create: input, definition, blueDefinition: blue } = rollout;
  if (input === undefined) throw new Error('there is nothing to create a task set from');
  const taskSet = await createTaskSet(session, input);
  // Another rollout may have been ended first, of which the record tells, too.
  const from =
    blue === undefined ? {} : { from: referenceOf(blue.arn, blue.definition, undefined) };
  const to = referenceOf(definition.arn, definition.definition, undefined);
  session.advance({ started: true, to, ...from });
  session.say(
    'info',
    'started',
    `task set ${taskSet.id ?? ''} of ${shortDefinition(definition.arn)} created`,
  );
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    ...from,
    to,
    deploymentId: taskSet.id ?? '',
  });
  return { ...memory, created: true };
}

/** The target groups of both. */
function groupsOf({ subject }: Rollout): GroupPair {
  return { blue: subject.blueGroup, green: subject.greenGroup ?? '' };
}

/** What people call them. */
export function namesOf({ definition, marks }: Rollout): {
  readonly green: string;
  readonly blue: string | undefined;
} {
  return {
    green: shortDefinition(definition.arn),
    blue:
      marks.replacesDefinition === undefined
        ? undefined
        : shortDefinition(marks.replacesDefinition),
  };
}

function idOf(look: Look, colour: Colour): string {
  const id = look[colour]?.id;
  if (id === undefined) throw new Error(`the ${colour} task set has no id`);
  return id;
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
