/** How a rollout by task sets ends: one verdict, its cause, and what to do next. */
import { shortDefinition } from '../observed/names.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import type { InterruptSignal } from '../../record/verdict.ts';
import { adviceFor, rollbackCommand, type Ending } from '../verdict/ending.ts';
import type { Look } from './observe.ts';
import type { Step } from './step.ts';
import { primaryIn } from '../observed/primary.ts';

/** The command that goes on with a rollout that was left. */
export function resumeCommand(name: ServiceName): string {
  return `fairlead resume --cluster ${name.cluster} --service ${name.service}`;
}

/** What can be done with a rollout that was left where it is. */
export function waysOn(name: ServiceName): readonly string[] {
  return [`Go on with it: ${resumeCommand(name)}`, `Or go back: ${rollbackCommand(name)}`];
}

/** Where traffic and service stand: `web:2 has 10 % of the production traffic; the primary task set runs web:1`. */
export function whereItStands(look: Look | undefined): readonly string[] {
  if (look === undefined) return [];
  const { green, blue, world } = look;
  const primary = primaryIn(look.service.taskSets);
  const share = world.production?.green;
  const facts = [
    ...(green === undefined || share === undefined
      ? []
      : [`${named(green)} has ${Math.round(share * 10) / 10} % of the production traffic`]),
    ...(primary === undefined ? [] : [`the primary task set runs ${named(primary)}`]),
    ...(blue === undefined && green !== undefined ? ['the old task set is gone'] : []),
  ];
  return facts.length === 0 ? [] : [facts.join('; ')];
}

function named(set: { readonly taskDefinition?: string | undefined }): string {
  return shortDefinition(set.taskDefinition ?? 'a task set');
}

/** The end of a client whose rollout another one has taken over. */
export function takenEnding(look: Look): Ending {
  const cause = ['another client has taken this rollout over', ...whereItStands(look)];
  return { verdict: 'superseded', cause, next: [] };
}

/** The end of a client whose time is over while there is no way back to take. */
export function lateEnding(
  late: string,
  name: ServiceName,
  look: Look,
  cause: readonly string[],
): Ending {
  return {
    verdict: 'timed-out',
    cause: [late, ...whereItStands(look), ...cause],
    next: waysOn(name),
  };
}

/** Everything that decides how the end is called. */
export interface EndFacts {
  readonly name: ServiceName;
  readonly on: Extract<Step, { kind: 'done' }>['on'];
  readonly purpose: 'deploy' | 'rollback';
  /** Task definition of blue, such as `web:6`. */
  readonly goBackTo: string | undefined;
  readonly cancelledBy: InterruptSignal | undefined;
  /** Another deploy began first, and this one took itself away. */
  readonly rival: string | undefined;
  /** It failed, and was to go back. */
  readonly turnedBack: boolean;
  /** Lines that tell why it turned back; empty when it did not. */
  readonly cause: readonly string[];
}

/** The end of a rollout that is fully on one side. */
export function doneEnding(facts: EndFacts): Ending {
  const { on, purpose, name, goBackTo, cancelledBy, rival, cause } = facts;
  if (cancelledBy !== undefined) {
    const became =
      on === 'green'
        ? 'it had come too far to go back: the service runs the new version'
        : on === 'blue'
          ? `rolled back: the service runs ${goBackTo ?? 'its former version'} again`
          : 'the new task set was taken away again';
    return {
      verdict: 'interrupted',
      cause: [`interrupted by ${cancelledBy}; ${became}`, ...cause],
      next: [],
    };
  }
  if (rival !== undefined) {
    return {
      verdict: 'superseded',
      cause: [
        `another deploy began first: ${rival}; the task set of this one was taken away again`,
      ],
      next: adviceFor('superseded', name, undefined),
    };
  }
  switch (on) {
    case 'green':
      return purpose === 'deploy' && !facts.turnedBack
        ? { verdict: 'succeeded', cause: [], next: [] }
        : {
            verdict: 'failed',
            cause: [
              ...cause,
              'the old task set was gone already, so everything went to the new one',
            ],
            next: [`Go back by a new task set of the old version: ${rollbackCommand(name)}`],
          };
    case 'blue':
      return purpose === 'rollback'
        ? { verdict: 'succeeded', cause: [], next: [] }
        : { verdict: 'rolled-back', cause, next: adviceFor('rolled-back', name, goBackTo) };
    case 'nothing':
      return purpose === 'rollback'
        ? { verdict: 'succeeded', cause: [], next: [] }
        : {
            verdict: 'failed',
            cause: [
              ...cause,
              'it was the first task set of the service, so there was nothing to go back to; it was taken away again',
            ],
            next: ['Mend the cause, then deploy again.'],
          };
  }
}

/** The end of a rollout that is left alone because somebody or something else was at work. */
export function stoppedEnding(
  step: Extract<Step, { kind: 'stop' }>,
  name: ServiceName,
  look: Look | undefined,
  cause: readonly string[],
): Ending {
  const verdict =
    step.code === 'hand' ? 'stopped' : step.code === 'superseded' ? 'superseded' : 'failed';
  return {
    verdict,
    cause: [
      step.why,
      ...(step.code === 'hand' ? ['Fairlead changes nothing against somebody else'] : []),
      ...whereItStands(look),
      ...cause,
    ],
    next:
      step.code === 'superseded'
        ? [`See what runs: fairlead status --cluster ${name.cluster} --service ${name.service}`]
        : waysOn(name),
  };
}
