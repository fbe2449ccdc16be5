/**
 * Which revision a rollback goes back to. ECS keeps a history, not a stack: a rollback is one more deployment in it, so the last
 * success that differs from what runs is, after a rollback, the version that was just left. Taking it would bring a bad version
 * back to whoever runs `fairlead rollback` once more: a second person on call, or a job that is tried again. So a return to an
 * earlier version is taken for what it is: it undoes what came after that version, and the next rollback goes on to the one
 * before. `--to` goes anywhere.
 */

/** Where to, and what is passed over on the way: left by a return before, newest first. */
export interface WayBack<Revision> {
  readonly to: Revision;
  readonly left: readonly Revision[];
}

/**
 * The way back.
 * @param successes revisions whose rollouts succeeded, oldest first, without the one that runs
 * @param succeeded whether the rollout of the one that runs did
 * @param isSame whether two revisions are the same but for their names
 * @returns undefined when nothing came before it
 */
export function wayBack<Revision>(
  successes: readonly Revision[],
  present: Revision,
  succeeded: boolean,
  isSame: (one: Revision, other: Revision) => boolean,
): WayBack<Revision> | undefined {
  const came: Revision[] = [];
  for (const revision of successes) returnTo(came, revision, isSame);
  if (succeeded) {
    returnTo(came, present, isSame);
    came.pop();
  }
  const to = came.findLast((revision) => !isSame(revision, present));
  if (to === undefined) return undefined;
  const newer = successes.slice(successes.lastIndexOf(to) + 1);
  return {
    to,
    left: newer
      .filter((revision) => !isSame(revision, present) && !isSame(revision, to))
      .toReversed(),
  };
}

/** Puts a revision on top; where it was there before, all that came after it is undone. */
function returnTo<Revision>(
  came: Revision[],
  revision: Revision,
  isSame: (one: Revision, other: Revision) => boolean,
): void {
  const index = came.findIndex((each) => isSame(each, revision));
  if (index >= 0) came.length = index;
  came.push(revision);
}
