/** What the checks of a gate measure: both target groups, as CloudWatch's dimensions name them. */
import { targetGroupDimension } from '../gates/measured-groups.ts';
import type { MeasuredGroup, MeasureWindow } from '../measure/measure.ts';
import type { Look, Subject } from './observe.ts';
import { loadBalancerOf } from './rule.ts';

/** The part of a window that a look at the rollout fixes. */
export type GateScene = Pick<MeasureWindow, 'since' | 'green' | 'blue'>;

/**
 * Reads it. The window begins when ECS created green: before its first share of traffic green had none, and blue had it all, so
 * that there is something to compare with even after the last step.
 */
export function sceneOf(look: Look, { production, blueGroup, greenGroup }: Subject): GateScene {
  return {
    since: look.green?.createdAt?.getTime() ?? 0,
    green: measured(production, greenGroup),
    blue: look.blue === undefined ? undefined : measured(production, blueGroup),
  };
}

function measured(rule: string | undefined, group: string | undefined): MeasuredGroup | undefined {
  if (rule === undefined || group === undefined) return undefined;
  return { loadBalancer: loadBalancerOf(rule), targetGroup: targetGroupDimension(group) };
}
