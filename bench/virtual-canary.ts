/**
 * A canary that lasts a day, with pause hooks and an alarm, on the virtual clock: the wall time
 * that it takes. Run alone by `node bench/virtual-canary.ts`.
 */
import { ShiftingScenario } from '../test/local/virtual/shifting-scenario.ts';
import { summary } from './series.ts';

const ROUNDS = 7;
const GOAL_MS = 100;

/** Runs the bench and prints the median. */
export async function run(): Promise<void> {
  const milliseconds: number[] = [];
  let hours = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    hours = await deployForADay();
    milliseconds.push(performance.now() - begin);
  }
  console.log(
    `virtual canary: ${hours.toFixed(1)} hours with pause hooks and an alarm, medians of ${ROUNDS}: ` +
      `${summary(milliseconds, 0)} ms, goal under ${GOAL_MS} ms`,
  );
}

/** How many hours of virtual time the deployment took. */
async function deployForADay(): Promise<number> {
  const world = await ShiftingScenario.start({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 });
  const { scenario } = world;
  const { ecs } = scenario;
  await ecs.call('PutMetricAlarm', {
    ...{ AlarmName: 'errors', Namespace: 'Shop', MetricName: 'Errors', Statistic: 'Sum' },
    ...{ Period: 60, EvaluationPeriods: 3, Threshold: 10, TreatMissingData: 'notBreaching' },
    ComparisonOperator: 'GreaterThanThreshold',
  });
  const begin = ecs.clock.now();
  await scenario.update({
    taskDefinition: 'app:2',
    deploymentConfiguration: {
      strategy: 'CANARY',
      bakeTimeInMinutes: 60,
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 1380 },
      alarms: { alarmNames: ['errors'], enable: true, rollback: true },
      lifecycleHooks: [
        {
          targetType: 'PAUSE',
          lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
          timeoutConfiguration: { timeoutInMinutes: 5, action: 'CONTINUE' },
        },
      ],
    },
  });
  const status = await world.untilEnded();
  if (status !== 'SUCCESSFUL') throw new Error(`the canary ended ${status}`);
  return (ecs.clock.now() - begin) / 3_600_000;
}

if (import.meta.main) await run();
