/** How far a command has come, and what is to be said of it where it ends early. */
import type { RevisionReference } from '../../record/entries.ts';
import type { UnkeptGate } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';

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
  /** A change was sent and its answer is lost: the service may have been changed. */
  readonly inDoubt: boolean;
  /** A hook ran whose effect the old version cannot live with. */
  readonly oneWay: boolean;
  /** The gates that this command keeps. */
  readonly gate: UnkeptGate | undefined;
  /** ECS was asked to roll the rollout back, and does without us. */
  readonly goingBack: boolean;
  /** Hooks before the rollout that ran to their end, by name. */
  readonly hooksRun: readonly string[];
  /** Key of a tag that this command put on the service for the rollout that it is about to begin. */
  readonly mark: string | undefined;
  /** What else was changed beside the rollout, a sentence each: a stale gate taken out, settings, tags. */
  readonly changed: readonly string[];
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
  hooksRun: [],
  mark: undefined,
  changed: [],
};

/** Adds to what was changed. */
export function withChanges(
  { changed }: Pick<Progress, 'changed'>,
  ...sentences: readonly string[]
): Pick<Progress, 'changed'> {
  return { changed: [...changed, ...sentences] };
}

/**
 * Everything that was changed, a sentence each. Of a command that began a rollout only what was changed beside it: what was
 * registered for it, its hooks and its gate are the rollout's own story.
 */
export function changesOf(progress: Progress): readonly string[] {
  const { started, registered, hooksRun, mark, changed } = progress;
  if (started) return changed;
  return [
    ...(registered === undefined ? [] : [`${shortDefinition(registered)} was registered`]),
    ...hooksRun.map((hook) => `the hook "${hook}" ran`),
    ...(mark === undefined ? [] : [`the service carries the tag ${mark}`]),
    ...changed,
  ];
}

/**
 * What was left as it was by a command that ended before it began a rollout; `changesOf` tells what was not. One sentence without
 * a full stop.
 */
export function unchanged(progress: Progress): string {
  const { inDoubt, registered, maybeRegistered } = progress;
  if (inDoubt) {
    return 'the answer of ECS was lost: whether the service was changed is not known, see fairlead status';
  }
  if (maybeRegistered !== undefined && registered === undefined) {
    return `the answer of ECS was lost: whether a revision of ${maybeRegistered} was registered is not known; ${serviceUnchanged(progress)}`;
  }
  return changesOf(progress).length === 0 ? 'nothing was changed' : serviceUnchanged(progress);
}

/** Says that the service is as it was, as far as that is so. */
export function serviceUnchanged({ mark, changed }: Progress): string {
  return mark === undefined && changed.length === 0
    ? 'the service was not changed'
    : 'nothing else was changed';
}
