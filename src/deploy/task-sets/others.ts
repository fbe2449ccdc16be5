/** What other clients are at, or left behind, on a service of task sets. */
import type { Service } from '@aws-sdk/client-ecs';
import { isoTime } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';
import { resumeCommand } from './conclude.ts';
import { isAtWork } from './lease.ts';
import { readLease, type Lease } from './marks.ts';
import type { UnfinishedRollout } from './unfinished.ts';

/** An unfinished rollout in words: `web:2, at 10 % of the traffic, begun by ann@build-7 at 2026-01-02T03:04:05.000Z`. */
export function describeUnfinished(found: UnfinishedRollout): string {
  const { green, weight, by, since, direction, accepted } = found;
  const facts = [
    shortDefinition(green.taskDefinition ?? '?'),
    ...(weight === undefined ? [] : [`at ${Math.round(weight * 10) / 10} % of the traffic`]),
    ...(accepted ? ['primary already'] : []),
    ...(direction === 'back' ? ['on its way back'] : []),
    `begun by ${by}${since === undefined ? '' : ` at ${isoTime(since)}`}`,
  ];
  return facts.join(', ');
}

/**
 * Goes on only when nobody is at work on it.
 * @param supersede true: takes it over, whoever is at work
 * @param idle a lease whose holder is known to be gone: it is not watched again
 * @throws UserError ROLLOUT_IN_PROGRESS (exit code 2)
 */
export async function requireIdle(
  session: Session,
  found: UnfinishedRollout,
  supersede: boolean,
  idle?: Lease,
): Promise<void> {
  if (supersede || found.lease === undefined || isSameBeat(found.lease, idle)) return;
  if (!(await isAtWork(session, found.lease))) return;
  throw new UserError(
    'ROLLOUT_IN_PROGRESS',
    `another rollout is in progress: ${describeUnfinished(found)}`,
    {
      hint: `Wait for its end. Or end it: ${rollbackCommand(session.name)}. Or take it over: ${resumeCommand(session.name)} --supersede.`,
      exitCode: 2,
    },
  );
}

function isSameBeat(now: Lease, before: Lease | undefined): boolean {
  const { rollout, holder, beat } = now;
  return rollout === before?.rollout && holder === before.holder && beat === before.beat;
}

/**
 * Another client may be about to begin: it has marked the service and not created its task set yet.
 * @throws UserError ROLLOUT_IN_PROGRESS (exit code 2)
 */
export async function requireNobodyBegins(
  session: Session,
  service: Service,
  supersede: boolean,
): Promise<void> {
  const lease = readLease(service.tags);
  if (supersede || lease === undefined || !(await isAtWork(session, lease))) return;
  throw new UserError('ROLLOUT_IN_PROGRESS', 'another deploy of this service has just begun', {
    hint: `Wait for its end. Or end it: ${rollbackCommand(session.name)}.`,
    exitCode: 2,
  });
}
