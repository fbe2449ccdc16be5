/** What the data plane has counted since it was last asked: it only ever counts on. */
import type { GroupStatistics, ListenerStatistics } from '../../balancer/data-plane.ts';

/** The difference of two answers; what is not in the former began to count after it. */
export function trafficSince(
  former: readonly ListenerStatistics[],
  present: readonly ListenerStatistics[],
): readonly ListenerStatistics[] {
  const known = new Map(former.map((each) => [each.listenerArn, each]));
  return present.map((listener) => {
    const before = known.get(listener.listenerArn);
    return before === undefined || before.newConnections > listener.newConnections
      ? listener
      : sinceListener(before, listener);
  });
}

function sinceListener(
  before: ListenerStatistics,
  listener: ListenerStatistics,
): ListenerStatistics {
  const groups = new Map(before.groups.map((each) => [each.targetGroupArn, each]));
  return {
    listenerArn: listener.listenerArn,
    errors: sinceRecord(before.errors, listener.errors),
    redirects: listener.redirects - before.redirects,
    fixedResponses: listener.fixedResponses - before.fixedResponses,
    newConnections: listener.newConnections - before.newConnections,
    openConnections: listener.openConnections,
    groups: listener.groups.map((group) => {
      const known = groups.get(group.targetGroupArn);
      return known === undefined ? group : sinceGroup(known, group);
    }),
  };
}

function sinceGroup(before: GroupStatistics, group: GroupStatistics): GroupStatistics {
  const { values, counts, sum } = before.responseTimes;
  const known = new Map(values.map((value, index) => [value, counts[index] ?? 0]));
  const now = group.responseTimes;
  const times = now.values
    .map((value, index) => [value, (now.counts[index] ?? 0) - (known.get(value) ?? 0)] as const)
    .filter(([, count]) => count > 0);
  const status = sinceRecord(before.targetStatus, group.targetStatus);
  return {
    targetGroupArn: group.targetGroupArn,
    requests: group.requests - before.requests,
    targetStatus: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, ...status },
    balancer5xx: group.balancer5xx - before.balancer5xx,
    responseTimes: {
      values: times.map(([value]) => value),
      counts: times.map(([, count]) => count),
      sum: now.sum - sum,
    },
  };
}

function sinceRecord(
  before: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(now).map(([key, count]) => [key, count - (before[key] ?? 0)]),
  );
}
