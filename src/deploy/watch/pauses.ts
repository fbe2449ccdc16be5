/** Pauses that wait for an answer of somebody else, as they open. */
import { isoTime } from '../../base/clock.ts';
import { openPauses } from '../observed/open-gate.ts';
import type { Narration } from './narration.ts';
import type { Observation, RolloutTarget } from '../observed/observation.ts';

/** What is told of them, each once. */
export function narratePauses(
  previous: Observation | undefined,
  next: Observation,
  { gate, awaitsPauses = false }: Pick<RolloutTarget, 'gate' | 'awaitsPauses'>,
): readonly Narration[] {
  const told = new Set(openPauses(previous?.rollout, gate, awaitsPauses).map(({ hook }) => hook));
  return openPauses(next.rollout, gate, awaitsPauses)
    .filter(({ hook }) => !told.has(hook))
    .map(({ hook, until, keptBy }) => {
      const time = until === undefined ? '' : ` until ${isoTime(until)}`;
      const what =
        keptBy === undefined
          ? `waits at the pause ${hook}${time}: fairlead continue answers it`
          : `waits at the gate of the fairlead deploy by ${keptBy}${time}`;
      return { level: 'info', source: 'rollout', code: 'pause-open', message: what };
    });
}
