/** The stages that a deployment goes through, one after the other. */
import type { LifecycleStage } from './lifecycle-stage.ts';
import type { Course } from './progress.ts';
import type { TrafficStep } from './traffic-step.ts';

/** One stage on the way, with the traffic step that it belongs to. */
export interface CourseStage {
  readonly stage: LifecycleStage;
  readonly step?: TrafficStep;
}

const BEFORE: readonly LifecycleStage[] = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
];
const AFTER: readonly LifecycleStage[] = ['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];

/** All stages of a course. Forward, the two production stages come once for each step; back, traffic returns in one. */
export function stagesOf(course: Course, steps: readonly TrafficStep[]): readonly CourseStage[] {
  switch (course.direction) {
    case 'forward':
      return [
        ...(course.reconcile ? [{ stage: 'RECONCILE_SERVICE' as const }] : []),
        ...BEFORE.map((stage) => ({ stage })),
        ...steps.flatMap((step): CourseStage[] => [
          { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', step },
          { stage: 'PRODUCTION_TRAFFIC_SHIFT', step },
        ]),
        ...AFTER.map((stage) => ({ stage })),
      ];
    case 'reconcile':
      return [{ stage: 'RECONCILE_SERVICE' }];
    case 'rollback':
      return [
        ...(course.production ? [{ stage: 'PRODUCTION_TRAFFIC_SHIFT' as const }] : []),
        ...(course.test ? [{ stage: 'TEST_TRAFFIC_SHIFT' as const }] : []),
        { stage: 'CLEAN_UP' },
      ];
  }
}
