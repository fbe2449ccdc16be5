/** Where a rollout is, in the words that ECS has for the stages of its own traffic shifts. Pure. */
import type { Memory, World } from './world.ts';

/** For the record's samples and views. */
export function stageOf({ green, blue, primary, production, test }: World, memory: Memory): string {
  if (memory.direction === 'back') return 'ROLLBACK';
  if (green !== undefined && primary === green.id) {
    const going = blue === undefined || blue.status === 'DRAINING' || blue.scale === 0;
    return going ? 'CLEAN_UP' : 'BAKE_TIME';
  }
  if ((production?.green ?? 0) > 0) return 'PRODUCTION_TRAFFIC_SHIFT';
  return (test?.green ?? 0) > 0 ? 'TEST_TRAFFIC_SHIFT' : 'SCALE_UP';
}
