/** How far a command has come, and what is to be said of it where it ends early. */
import type { RevisionReference } from '../../record/entries.ts';
import type { UnkeptGate } from '../verdict/ending.ts';
import { shortDefinition } from '../watch/observation.ts';

/** How far a command has come: what an interruption or an error leaves behind. */
export interface Progress {
  readonly from: RevisionReference | undefined;
  readonly to: RevisionReference | undefined;
  readonly serviceDeployment: string | undefined;
  /** A revision that this command registered. */
  readonly registered: string | undefined;
  /** The family of a revision that may have been registered: the answer is lost. */
  readonly maybeRegistered: string | undefined;
  /** The service was changed: a rollout runs. */
  readonly started: boolean;
  /** UpdateService was sent and its answer is lost: the service may have been changed. */
  readonly inDoubt: boolean;
  /** A hook ran whose effect the old version cannot live with. */
  readonly oneWay: boolean;
  /** The gates that this command keeps. */
  readonly gate: UnkeptGate | undefined;
  /** ECS was asked to roll the rollout back, and does without us. */
  readonly goingBack: boolean;
}

/** Of a command that has done nothing yet. */
export const NO_PROGRESS: Progress = {
  from: undefined,
  to: undefined,
  serviceDeployment: undefined,
  registered: undefined,
  maybeRegistered: undefined,
  started: false,
  inDoubt: false,
  oneWay: false,
  gate: undefined,
  goingBack: false,
};

/** What was changed, of a command that ended before it began a rollout. */
export function unchanged(progress: Progress): string {
  if (progress.inDoubt) {
    return 'the answer of ECS was lost: whether the service was changed is not known, see fairlead status';
  }
  if (progress.registered !== undefined) return serviceUnchanged(progress);
  return progress.maybeRegistered === undefined
    ? 'nothing was changed'
    : `the answer of ECS was lost: whether a revision of ${progress.maybeRegistered} was registered is not known; the service was not changed`;
}

/** Says that the service is as it was, and what was registered nevertheless. */
export function serviceUnchanged({ registered }: Progress): string {
  const unchanged = 'the service was not changed';
  return registered === undefined
    ? unchanged
    : `${shortDefinition(registered)} was registered; ${unchanged}`;
}
