/** The stages of a traffic shift, in their order (reference: ECS semantics 6.2). */

/** Every stage that a rollout can be waited for. */
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

export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

/** True when a rollout in this stage has come as far as the wanted one, or further. */
export function hasReached(stage: string | undefined, wanted: string): boolean {
  const order: readonly string[] = LIFECYCLE_STAGES;
  const at = stage === undefined ? -1 : order.indexOf(stage);
  return at !== -1 && order.includes(wanted) && at >= order.indexOf(wanted);
}
