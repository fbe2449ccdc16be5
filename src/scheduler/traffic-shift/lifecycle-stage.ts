/** The stages of a deployment that shifts traffic, in their order (reference: ECS semantics 6.2). */

/** Every stage; a deployment skips the ones that have nothing to do for it. */
export const LIFECYCLE_STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;

/** One of the stages. */
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];
