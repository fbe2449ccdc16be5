/**
 * The local CloudWatch behind a real socket, with the deployer's own way to it: real client, real bytes, and time that stands
 * still. What load balancers publish is written as their publisher writes it: nobody may put data into AWS/… from outside.
 */
import { onTestFinished } from 'vitest';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { createApi } from '../../../src/deploy/aws/api.ts';
import { createAwsClients, destroyAwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import { createMeasure } from '../../../src/deploy/measure/create-measure.ts';
import type { Measure, MeasuredGroup, MeasureWindow } from '../../../src/deploy/measure/measure.ts';
import { cloudWatchApi } from '../../../src/local/cloudwatch/api.ts';
import { recordDatapoints } from '../../../src/local/cloudwatch/record-datapoints.ts';
import { aggregateOf } from '../../../src/local/cloudwatch/statistics/aggregate.ts';
import { silentLog } from '../../../src/local/log.ts';
import { memoryJournal } from '../../../src/local/state/journal.ts';
import { Store } from '../../../src/local/state/store.ts';
import type { Handler, ServiceApi } from '../../../src/local/wire/operation.ts';
import { createWireServer } from '../../../src/local/wire/server.ts';
import { createRecorder } from '../../../src/record/recorder.ts';

export const MINUTE = 60_000;
/** A whole minute: when the window of `WINDOW` begins. */
export const START = Date.UTC(2026, 0, 21, 20, 5);
const REGION = 'eu-west-1';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export const GREEN: MeasuredGroup = {
  loadBalancer: 'app/web/0123456789abcdef',
  targetGroup: 'targetgroup/green/aaaaaaaaaaaaaaaa',
};
export const BLUE: MeasuredGroup = { ...GREEN, targetGroup: 'targetgroup/blue/bbbbbbbbbbbbbbbb' };

/** The traffic moved a quarter of a minute before START; both versions get some. */
export const WINDOW: MeasureWindow = {
  moment: 'production',
  since: START - MINUTE / 4,
  green: GREEN,
  blue: BLUE,
  look: 1,
};

/** What a group did within a minute. */
export interface GroupMinute {
  readonly requests?: number;
  readonly errors?: number;
  /** Response times in seconds. */
  readonly times?: readonly number[];
  readonly hosts?: number;
}

/** An endpoint and a measure that looks at it. */
export interface CloudWatchEndpoint {
  readonly measure: Measure;
  readonly clock: VirtualClock;
  /** GetMetricData calls so far. */
  readonly calls: () => number;
  /** Publishes what a group did in the minute that begins so many minutes after START. */
  readonly publish: (minute: number, group: MeasuredGroup, what: GroupMinute) => void;
  /** Publishes a value of the metric `App` `NAME`. */
  readonly publishOwn: (minute: number, metricName: string, value: number) => void;
}

/** @param getMetricData answers in CloudWatch's place, where CloudWatch itself is to fail or to say what the local one never says */
export async function openCloudWatch(
  getMetricData?: Handler,
  signal?: AbortSignal,
): Promise<CloudWatchEndpoint> {
  const clock = new VirtualClock(START + 30 * MINUTE);
  const store = new Store(memoryJournal);
  const ids = idSource(seededRandom(1));
  const server = createWireServer({
    apis: [answeredBy(getMetricData, cloudWatchApi({ store, clock, ids }))],
    ...{ accountId: '000000000000', defaultRegion: REGION, auth: 'none', log: silentLog },
    ...{ clock, ids, credentials: CREDENTIALS },
  });
  const { url } = await server.listen(0);
  const clients = await createAwsClients({
    ...{ endpointUrl: url, region: REGION, credentials: CREDENTIALS },
  });
  onTestFinished(async () => {
    destroyAwsClients(clients);
    await server.close();
  });
  const recorder = createRecorder([]);
  const api = createApi({ clock, random: seededRandom(1), recorder, signal: () => signal });
  const put = (
    minute: number,
    [namespace, metricName]: readonly [string, string],
    dimensions: readonly { readonly name: string; readonly value: string }[],
    values: readonly number[],
    counts?: readonly number[],
  ): void => {
    store.transaction(() =>
      recordDatapoints(
        { store, ids },
        [
          {
            metric: { region: REGION, namespace, metricName, dimensions },
            ...{ at: START + minute * MINUTE, resolution: 60 },
            aggregate: aggregateOf(values, counts),
          },
        ],
        clock.now(),
      ),
    );
  };
  return {
    measure: createMeasure({ api, clients, fetch, clock, signal }),
    clock,
    calls: () => api.totals().byOperation['GetMetricData'] ?? 0,
    publish(
      minute,
      { loadBalancer, targetGroup },
      { requests = 0, errors = 0, times = [], hosts },
    ) {
      const dimensions = [
        { name: 'LoadBalancer', value: loadBalancer },
        { name: 'TargetGroup', value: targetGroup },
      ];
      const of = (name: string, values: readonly number[], counts?: readonly number[]): void =>
        put(minute, ['AWS/ApplicationELB', name], dimensions, values, counts);
      // A count of zero is not published.
      if (requests > 0) of('RequestCount', [1], [requests]);
      if (errors > 0) of('HTTPCode_Target_5XX_Count', [1], [errors]);
      if (times.length > 0) of('TargetResponseTime', times);
      if (hosts !== undefined) of('HealthyHostCount', [hosts]);
    },
    publishOwn: (minute, metricName, value) => put(minute, ['App', metricName], [], [value]),
  };
}

function answeredBy(getMetricData: Handler | undefined, api: ServiceApi): ServiceApi {
  if (getMetricData === undefined) return api;
  return { ...api, handlers: new Map([...api.handlers, ['GetMetricData', getMetricData]]) };
}
