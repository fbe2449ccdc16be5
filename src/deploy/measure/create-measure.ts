/** Looks at the new version: one look of one check, whichever kind it is. */
import type { Assessment } from '../../analysis/measurement.ts';
import { unreachable } from '../../base/errors.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import { noData } from './assessments.ts';
import { measureCloudWatch } from './cloudwatch.ts';
import type { MeasureDependencies } from './dependencies.ts';
import { measureHttp } from './http.ts';
import type { Measure, MeasureWindow } from './measure.ts';
import { measurePrometheus } from './prometheus.ts';
import { measureErrorRatio, measureResponseTime } from './request-share-check.ts';

/** Builds the measure of a rollout; see `Measure` for what a look throws. */
export function createMeasure(dependencies: MeasureDependencies): Measure {
  return async (check, window) => {
    try {
      return await look(dependencies, check, window);
    } catch (error) {
      // Throttled or out of reach after many attempts: perhaps not for the next look.
      if (error instanceof ApiError && mayRetry(error.kind))
        return noData(describeApiError(error).message);
      throw error;
    }
  };
}

function look(
  dependencies: MeasureDependencies,
  check: AnalysisCheck,
  window: MeasureWindow,
): Promise<Assessment> {
  switch (check.kind) {
    case 'target_5xx_ratio':
      return measureErrorRatio(dependencies, check, window);
    case 'target_response_time':
      return measureResponseTime(dependencies, check, window);
    case 'cloudwatch':
      return measureCloudWatch(dependencies, check, window);
    case 'prometheus':
      return measurePrometheus(dependencies, check);
    case 'http':
      return measureHttp(dependencies, check);
    default:
      return unreachable(check);
  }
}
