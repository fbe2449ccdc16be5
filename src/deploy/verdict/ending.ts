/** How a command ended, and what to do next. */
import type { ReportedError } from '../aws/api-failure-text.ts';
import type { ApiCallTotals, HeaderEntry, RevisionReference } from '../../record/entries.ts';
import type { Verdict } from '../../record/verdict.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import type { PauseHook } from '../observed/pause-hook.ts';

/** What a command has to say in the end. */
export interface Ending {
  readonly verdict: Verdict;
  readonly cause: readonly string[];
  readonly next: readonly string[];
  /** With the verdicts `error` and `impossible`. */
  readonly error?: ReportedError;
}

/** The result of a deploy, rollback or wait. */
export interface RolloutResult extends Ending {
  readonly command: HeaderEntry['command'];
  /** As they were asked for. */
  readonly cluster: string;
  readonly service: string;
  readonly exitCode: number;
  /** What was changed beside a rollout, a sentence each; where none was begun, all that was changed. */
  readonly changed: readonly string[];
  /** ARN of the service deployment that was followed. */
  readonly serviceDeployment: string | undefined;
  readonly from: RevisionReference | undefined;
  readonly to: RevisionReference | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly apiCalls: ApiCallTotals;
}

/** The command that follows the rollout. */
export function waitCommand(name: ServiceName): string {
  return `fairlead wait --cluster ${name.cluster} --service ${name.service}`;
}

/** The command that ends it, or goes back. */
export function rollbackCommand(name: ServiceName): string {
  return `fairlead rollback --cluster ${name.cluster} --service ${name.service}`;
}

/**
 * What to do after a verdict.
 * @param goBackTo the task definition that a rollback would go to, such as `web:6`
 * @param gate the gates of a rollout that goes on, which this command kept until now
 */
export function adviceFor(
  verdict: Verdict,
  name: ServiceName,
  goBackTo: string | undefined,
  gate?: UnkeptGate,
): readonly string[] {
  switch (verdict) {
    case 'succeeded':
    case 'no-change':
      return [];
    case 'started':
      return gate === undefined ? [`Follow it: ${waitCommand(name)}`] : adviceForGates(name, gate);
    case 'reached':
      return [`Follow it: ${waitCommand(name)}`];
    case 'rolled-back':
      return [
        `The service runs ${goBackTo ?? 'its former revision'} again. Mend the cause, then deploy again.`,
      ];
    case 'failed':
      return goBackTo === undefined
        ? [
            'There is no revision that completed before: mend the cause and deploy again.',
            `Until then ECS may go on trying. Let it rest: aws ecs update-service --cluster ${name.cluster} --service ${name.service} --desired-count 0`,
            `Or go to a revision that works: ${rollbackCommand(name)} --to REVISION`,
            `See what runs: fairlead status --cluster ${name.cluster} --service ${name.service}`,
          ]
        : [
            `Go back to ${goBackTo}: ${rollbackCommand(name)}`,
            'Or mend the cause and deploy again.',
          ];
    case 'stopped':
      return [`See what runs: fairlead status --cluster ${name.cluster} --service ${name.service}`];
    case 'timed-out':
      if (gate !== undefined) return adviceForGates(name, gate);
      return [
        `It goes on without us. Follow it: ${waitCommand(name)}`,
        `Or end it: ${rollbackCommand(name)}`,
      ];
    case 'superseded':
      return [`Follow the other one: ${waitCommand(name)}`];
    case 'paused':
      return [`Decide, then follow it: ${waitCommand(name)}`];
    case 'interrupted':
      if (gate !== undefined) return adviceForGates(name, gate);
      return [
        `The rollout goes on. Follow it: ${waitCommand(name)}`,
        `Or end it: ${rollbackCommand(name)}`,
      ];
    case 'error':
    case 'impossible':
      return [];
  }
}

/** How long a gate waits for an answer, and what ECS does then. */
export type UnkeptGate = Pick<PauseHook, 'timeoutMinutes' | 'timeoutAction'>;

/** What becomes of a rollout whose gates nobody keeps any more, and how to keep them. */
function adviceForGates(name: ServiceName, gate: UnkeptGate): readonly string[] {
  return [
    `Keep its gates: fairlead resume, with the same configuration. ${unansweredText(gate)}`,
    `Or end it: ${rollbackCommand(name)}`,
  ];
}

/**
 * What to do with a rollout that failed behind a one-way hook and was left as it is.
 * @param gate at which it waits; undefined in the last bake
 */
export function adviceForOneWay(
  name: ServiceName,
  goBackTo: string | undefined,
  gate: UnkeptGate | undefined,
): readonly string[] {
  const continueCommand = `fairlead continue --cluster ${name.cluster} --service ${name.service}`;
  return [
    ...(gate === undefined
      ? ['ECS goes on to the new version by itself. Mend the cause, then deploy again.']
      : [
          `Let it go on, and deploy again when the cause is mended: ${continueCommand}`,
          unansweredText(gate),
        ]),
    ...(goBackTo === undefined
      ? []
      : [`Or go back to ${goBackTo} all the same: ${rollbackCommand(name)}`]),
  ];
}

function unansweredText({ timeoutMinutes, timeoutAction }: UnkeptGate): string {
  const then = timeoutAction === 'ROLLBACK' ? 'rolls it back' : 'lets it go on';
  return `ECS ${then} at a gate that nobody answers for ${timeoutMinutes} minutes.`;
}

/** How to decide about a rollout that waits at a pause hook. */
export function adviceForPause(name: ServiceName, hookId: string): readonly string[] {
  const command = `fairlead continue --cluster ${name.cluster} --service ${name.service} --hook ${hookId}`;
  return [
    `Go on: ${command}`,
    `Or go back: ${command} --rollback`,
    `Then follow it: ${waitCommand(name)}`,
  ];
}
