/** The next step of a service: looks at its tasks, then leaves the decision to the way in which it is deployed. */
import { unableToStart } from './rolling/events.ts';
import { assessFailures } from './rolling/failures.ts';
import { registrationEvents, registrationNotes, unhealthyEvents } from './rolling/narration.ts';
import { planRolling } from './rolling/plan.ts';
import { planRemoval } from './rolling/removal.ts';
import type { Observation, ServicePlan } from './rolling/service-plan.ts';
import type { SchedulerTimings, ServiceSnapshot } from './rolling/snapshot.ts';
import { standingOf } from './rolling/task-health.ts';
import { planShift } from './traffic-shift/plan.ts';

/** Decides at `now` (epoch ms). */
export function planService(
  snapshot: ServiceSnapshot,
  timings: SchedulerTimings,
  now: number,
): ServicePlan {
  const observed = observe(snapshot, timings, now);
  if (snapshot.status === 'DRAINING') return planRemoval(snapshot, observed);
  return snapshot.shift === undefined
    ? planRolling(snapshot, observed, timings, now)
    : planShift(snapshot, snapshot.shift, observed, timings, now);
}

function observe(snapshot: ServiceSnapshot, timings: SchedulerTimings, now: number): Observation {
  const { serviceName, healthCheckGracePeriodMs } = snapshot;
  const tasks = snapshot.tasks.map((task) => ({
    task,
    standing: standingOf(task, healthCheckGracePeriodMs, timings, now),
  }));
  const report = assessFailures(
    snapshot.deployments,
    tasks,
    snapshot.rules.circuitBreaker.resetOnHealthyTask,
    now,
  );
  const registered = registrationNotes(snapshot.tasks);
  return {
    deployments: report.deployments,
    tasks,
    notes: [...registered, ...report.notes],
    events: [
      ...registrationEvents(serviceName, snapshot.tasks, registered),
      ...unhealthyEvents(serviceName, tasks, report.notes),
      ...(report.impaired ? [unableToStart(serviceName)] : []),
    ],
  };
}
