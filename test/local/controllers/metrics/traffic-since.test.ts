import { describe, expect, it } from 'vitest';
import type { ListenerStatistics } from '../../../../src/local/balancer/data-plane.ts';
import { trafficSince } from '../../../../src/local/controllers/metrics/traffic-since.ts';

/** A listener that has had so many requests, each of them slower than the one before. */
function statistics(
  requests: number,
  changes: Partial<ListenerStatistics> = {},
): ListenerStatistics {
  const times = Array.from({ length: requests }, (_, index) => 1 + (index % 3));
  const values = [...new Set(times)];
  return {
    ...{ listenerArn: 'listener', redirects: requests, fixedResponses: 0 },
    ...{ newConnections: requests, openConnections: 1, errors: { '502': requests } },
    groups: [
      {
        ...{ targetGroupArn: 'group', requests, balancer5xx: requests },
        targetStatus: { '2xx': requests, '3xx': 0, '4xx': 0, '5xx': 0 },
        responseTimes: {
          values,
          counts: values.map((value) => times.filter((time) => time === value).length),
          sum: times.reduce((sum, time) => sum + time, 0),
        },
      },
    ],
    ...changes,
  };
}

describe('the traffic since the last look', () => {
  it('is the difference of what was counted', () => {
    const [since] = trafficSince([statistics(4)], [statistics(6)]);
    expect(since).toMatchObject({
      redirects: 2,
      newConnections: 2,
      errors: { '502': 2 },
      groups: [
        {
          requests: 2,
          balancer5xx: 2,
          targetStatus: { '2xx': 2, '5xx': 0 },
          responseTimes: { values: [2, 3], counts: [1, 1], sum: 5 },
        },
      ],
    });
  });

  it('is all that was counted where nothing was known, and nothing where nothing happened', () => {
    expect(trafficSince([], [statistics(3)])).toEqual([statistics(3)]);
    expect(trafficSince([statistics(3)], [statistics(3)])[0]).toMatchObject({
      redirects: 0,
      groups: [{ requests: 0, responseTimes: { values: [], counts: [], sum: 0 } }],
    });
  });

  it('counts a listener that was forgotten and came back from its beginning', () => {
    expect(trafficSince([statistics(9)], [statistics(2)])).toEqual([statistics(2)]);
  });

  it('knows groups and errors that are new', () => {
    const before = statistics(2, { groups: [], errors: {} });
    expect(trafficSince([before], [statistics(3)])[0]).toMatchObject({
      errors: { '502': 3 },
      groups: [{ requests: 3 }],
    });
  });
});
