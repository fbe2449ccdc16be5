/** Deployments that shift traffic as a test needs them; what it does not mention is of no account to it. */
import { planService } from '../../../src/scheduler/plan-service.ts';
import type { ServicePlan } from '../../../src/scheduler/rolling/service-plan.ts';
import { ECS_TIMINGS, type ServiceSnapshot } from '../../../src/scheduler/rolling/snapshot.ts';
import { stagesOf } from '../../../src/scheduler/traffic-shift/course.ts';
import type { HookRun, LifecycleHook } from '../../../src/scheduler/traffic-shift/hook.ts';
import type { LifecycleStage } from '../../../src/scheduler/traffic-shift/lifecycle-stage.ts';
import type { Course, ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import type { ShiftSnapshot } from '../../../src/scheduler/traffic-shift/shift-snapshot.ts';
import {
  trafficSteps,
  type TrafficStrategy,
} from '../../../src/scheduler/traffic-shift/strategy.ts';
import { completed, deployment, NEW, NOW, OLD, OLDER, service } from '../rolling/builders.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The revision that is rolled out, the one that had production traffic before, and one of an interrupted deployment. */
export const GREEN = NEW;
export const BLUE = OLDER;
export const BETWEEN = OLD;

export const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke';

/** The ways that a deployment takes. */
export const FORWARD: Course = { direction: 'forward', reconcile: false };
export const RECONCILING: Course = { direction: 'forward', reconcile: true };
export const BEFORE_ROLLING: Course = { direction: 'reconcile' };
export const BACK: Course = { direction: 'rollback', production: true, test: true };

export const CANARY: TrafficStrategy = {
  type: 'CANARY',
  canaryPercent: 10,
  canaryBakeMs: 3 * MINUTE,
};

/** A pause hook, or with a function's ARN a function, after PRE_SCALE_UP. */
export function hook(members: Partial<LifecycleHook> = {}): LifecycleHook {
  return {
    targetType: members.functionArn === undefined ? 'PAUSE' : 'AWS_LAMBDA',
    stages: ['PRE_SCALE_UP'],
    timeoutMs: HOUR,
    timeoutAction: 'ROLLBACK',
    ...members,
  };
}

/** A pause hook that began a minute ago and has an hour left. */
export function hookRun(members: Partial<HookRun> = {}): HookRun {
  return {
    ...{ index: 0, targetType: 'PAUSE', status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' },
    ...{ startedAt: NOW - MINUTE, expiresAt: NOW + HOUR },
    ...members,
  };
}

/** What a test says of a deployment's progress. */
export type Place = Partial<Omit<ShiftProgress, 'stage' | 'begunAt'>>;

/** In this stage since a minute; what the stage waits for is not there yet. Of a canary's two shifts it is the first. */
export function waiting(stage: LifecycleStage, members: Place = {}): ShiftProgress {
  const course = members.course ?? FORWARD;
  const stages = stagesOf(course, trafficSteps(CANARY, true)).map((each) => each.stage);
  // Every strategy is the same up to its first shift; a test that goes further says the place.
  const position = stages.indexOf(stage);
  return {
    ...{ greenId: GREEN, blueId: BLUE, course, stage, position },
    ...{ enteredAt: NOW - MINUTE, hooks: [], productionPercent: 0, testPercent: 0 },
    ...members,
  };
}

/** In this stage, and what it does began a minute ago, or then. */
export function begun(
  stage: LifecycleStage,
  { begunAt = NOW - MINUTE, ...members }: Place & { readonly begunAt?: number } = {},
): ShiftProgress {
  return { ...waiting(stage, members), begunAt };
}

/** A canary from BLUE to GREEN with a bake of five minutes and without hooks, that has got so far. */
export function shift(
  progress: ShiftProgress,
  members: Partial<ShiftSnapshot> = {},
): ShiftSnapshot {
  return { strategy: CANARY, bakeMs: 5 * MINUTE, hooks: [], progress, ...members };
}

/** A service of two tasks whose deployment is that far. On the way back BLUE is its PRIMARY. */
export function shiftingService(
  shift: ShiftSnapshot,
  members: Partial<ServiceSnapshot> = {},
): ServiceSnapshot {
  const isBack = shift.progress.course.direction === 'rollback';
  return service({
    deployments: isBack
      ? [
          deployment(BLUE, { status: 'PRIMARY', desiredCount: 2 }),
          deployment(GREEN, { status: 'ACTIVE', desiredCount: 2, rolloutState: 'FAILED' }),
        ]
      : [deployment(GREEN, { desiredCount: 2 }), completed(BLUE, { desiredCount: 2 })],
    serviceDeployment: { status: isBack ? 'ROLLBACK_IN_PROGRESS' : 'IN_PROGRESS' },
    shift,
    ...members,
  });
}

/** The next step of such a service at NOW. */
export function nextStep(
  shift: ShiftSnapshot,
  members: Partial<ServiceSnapshot> = {},
): ServicePlan {
  return planService(shiftingService(shift, members), ECS_TIMINGS, NOW);
}
