/** The strategies that shift traffic, and the steps by which each does it. */
import { blueGreenSteps } from './blue-green.ts';
import { canarySteps, type CanarySettings } from './canary.ts';
import { linearSteps, type LinearSettings } from './linear.ts';
import type { TrafficStep } from './traffic-step.ts';

/** How a deployment shifts its traffic. */
export type TrafficStrategy =
  | { readonly type: 'BLUE_GREEN' }
  /** Shifts none of its own: it only brings back what another deployment has left divided. */
  | { readonly type: 'ROLLING' }
  | ({ readonly type: 'CANARY' } & CanarySettings)
  | ({ readonly type: 'LINEAR' } & LinearSettings);

/** The steps in their order; the last one leads to 100 %. Without a former revision there is nothing to share with: one step. */
export function trafficSteps(strategy: TrafficStrategy, hasBlue: boolean): readonly TrafficStep[] {
  if (!hasBlue) return blueGreenSteps();
  switch (strategy.type) {
    case 'BLUE_GREEN':
      return blueGreenSteps();
    case 'ROLLING':
      return [];
    case 'CANARY':
      return canarySteps(strategy);
    case 'LINEAR':
      return linearSteps(strategy);
  }
}
