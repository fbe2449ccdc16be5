import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { paginate } from '../pagination.ts';
import { ACCOUNT_LIMITS } from '../quotas.ts';

/** The quotas that are kept here. */
export const describeAccountLimits: Elbv2Operation<
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput
> = (input) => {
  const { items, ...next } = paginate(ACCOUNT_LIMITS, (limit) => limit.Name ?? '', input);
  return { Limits: items, ...next };
};
