/** How the new version is measured: one look of one check. */
import type { Assessment } from '../../analysis/measurement.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import type { CheckMoment } from '../observed/open-gate.ts';

/** A target group as CloudWatch's dimensions name it. */
export interface MeasuredGroup {
  /** `app/NAME/ID`: the dimension LoadBalancer. */
  readonly loadBalancer: string;
  /** `targetgroup/NAME/ID`: the dimension TargetGroup. */
  readonly targetGroup: string;
}

/** What a look is about. */
export interface MeasureWindow {
  readonly moment: CheckMoment;
  /**
   * Epoch ms by the clock of ECS, never ours: since when the new version has had the traffic that is judged. The window has no
   * end: what CloudWatch has by now counts.
   */
  readonly since: number;
  /** The new version's target group; undefined for a service without a load balancer, and where no check needs it. */
  readonly green: MeasuredGroup | undefined;
  /** The old version's, while it still gets traffic. */
  readonly blue: MeasuredGroup | undefined;
  /** Which look at this data it is, 1 for the first: repeated looks at growing data cost confidence (alpha spending). */
  readonly look: number;
}

/**
 * Looks once. What cannot be read for the moment is `no-data` with the reason.
 * @throws ApiError when a call is denied or refused for good
 */
export type Measure = (check: AnalysisCheck, window: MeasureWindow) => Promise<Assessment>;
