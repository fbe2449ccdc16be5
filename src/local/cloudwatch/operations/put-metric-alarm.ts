import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { INITIAL_REASON } from '../../../scheduler/alarm/reason.ts';
import { alarmKey, type Alarm, type TreatMissingData } from '../../state/cloudwatch-entities.ts';
import { recordConfigurationUpdate } from '../alarm-history.ts';
import { checkAlarmName } from '../alarm-name.ts';
import { checkSource } from '../alarm-source.ts';
import type { CloudWatchOperation } from '../context.ts';
import { missingParameter, quotaExceeded, validationError } from '../errors.ts';
import { parseStatistic } from '../statistics/statistic.ts';
import { checkTags } from '../tags.ts';

const MOST_ALARMS = 5000;
const MOST_ACTIONS = 5;
const LONGEST_DESCRIPTION = 1024;
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 604_800;
const TREATMENTS = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
const COMPARISONS: ReadonlySet<string> = new Set([
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]);

type Configuration = Omit<
  Alarm,
  | 'alarmArn'
  | 'region'
  | 'stateValue'
  | 'stateReason'
  | 'stateReasonData'
  | 'stateUpdatedAt'
  | 'stateTransitionedAt'
  | 'configurationUpdatedAt'
  | 'tags'
>;

/** Makes an alarm, or changes all of one but its state and its tags. */
export const putMetricAlarm: CloudWatchOperation<PutMetricAlarmInput, object> = (
  input,
  context,
) => {
  const { store, clock, call } = context;
  const { region, accountId } = call;
  const configuration = checkConfiguration(region, input);
  const { alarmName } = configuration;
  const key = alarmKey(region, alarmName);
  const known = store.alarms.get(key);
  const tags = checkTags(input.Tags ?? []);
  if (known === undefined && store.alarms.count('region', region) >= MOST_ALARMS)
    throw quotaExceeded(`A region has at most ${MOST_ALARMS} alarms.`);
  const now = clock.now();
  const state = known ?? {
    ...{ stateValue: 'INSUFFICIENT_DATA' as const, stateReason: INITIAL_REASON },
    ...{ stateUpdatedAt: now, stateTransitionedAt: now, tags },
  };
  const alarm: Alarm = {
    ...configuration,
    alarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarmName}`,
    region,
    stateValue: state.stateValue,
    stateReason: state.stateReason,
    ...(known?.stateReasonData !== undefined && { stateReasonData: known.stateReasonData }),
    stateUpdatedAt: state.stateUpdatedAt,
    stateTransitionedAt: state.stateTransitionedAt,
    configurationUpdatedAt: now,
    tags: state.tags,
  };
  store.transaction(() => {
    store.alarms.put(key, alarm);
    recordConfigurationUpdate(context, known === undefined ? 'Create' : 'Update', alarm, now);
  });
  return {};
};

function checkConfiguration(region: string, input: PutMetricAlarmInput): Configuration {
  const { EvaluationPeriods: evaluationPeriods, Threshold: threshold } = input;
  const { ComparisonOperator: comparisonOperator, DatapointsToAlarm: datapointsToAlarm } = input;
  const { AlarmDescription: description, ActionConfiguration: actionConfiguration } = input;
  const alarmName = checkAlarmName(input.AlarmName);
  const source = checkSource(region, input);
  if (evaluationPeriods === undefined) throw missingParameter('EvaluationPeriods');
  if (threshold === undefined) throw missingParameter('Threshold');
  if (comparisonOperator === undefined) throw missingParameter('ComparisonOperator');
  if (!COMPARISONS.has(comparisonOperator))
    throw validationError(
      `ComparisonOperator ${comparisonOperator} goes with anomaly detection, which Fairlead's local CloudWatch does not do. Use ${[...COMPARISONS].join(', ')}.`,
    );
  if ((description?.length ?? 0) > LONGEST_DESCRIPTION)
    throw validationError(`AlarmDescription must have at most ${LONGEST_DESCRIPTION} characters.`);
  checkPeriods(evaluationPeriods, source.period, datapointsToAlarm);
  const treatMissingData = checkTreatment(input.TreatMissingData);
  const lowSamples = checkLowSamples(input);
  return {
    ...{ alarmName, source, evaluationPeriods, threshold, comparisonOperator },
    ...(description !== undefined && { description }),
    ...(datapointsToAlarm !== undefined && { datapointsToAlarm }),
    ...(treatMissingData !== undefined && { treatMissingData }),
    ...(lowSamples !== undefined && { evaluateLowSampleCountPercentile: lowSamples }),
    actionsEnabled: input.ActionsEnabled ?? true,
    okActions: checkActions(input.OKActions),
    alarmActions: checkActions(input.AlarmActions),
    insufficientDataActions: checkActions(input.InsufficientDataActions),
    ...(actionConfiguration !== undefined && { actionConfiguration }),
  };
}

function checkPeriods(
  evaluationPeriods: number,
  period: number,
  datapoints: number | undefined,
): void {
  if (evaluationPeriods < 1)
    throw validationError(`EvaluationPeriods must be at least 1, not ${evaluationPeriods}.`);
  if (datapoints !== undefined && (datapoints < 1 || datapoints > evaluationPeriods))
    throw validationError(
      `DatapointsToAlarm must be from 1 to EvaluationPeriods (${evaluationPeriods}), not ${datapoints}.`,
    );
  const total = evaluationPeriods * period;
  if (period < 3600 && total > DAY_SECONDS)
    throw validationError(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    );
  if (total > WEEK_SECONDS)
    throw validationError(
      'Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800) for alarms using period >= 3600',
    );
}

function checkTreatment(text: string | undefined): TreatMissingData | undefined {
  const treatment = TREATMENTS.find((each) => each === text);
  if (treatment === undefined && text !== undefined)
    throw validationError(
      `Invalid value '${text}' for TreatMissingData: it is ${TREATMENTS.join(', ')}.`,
    );
  return treatment;
}

function checkLowSamples(input: PutMetricAlarmInput): 'evaluate' | 'ignore' | undefined {
  const { EvaluateLowSampleCountPercentile: wanted, ExtendedStatistic: statistic } = input;
  if (wanted === undefined) return undefined;
  if (wanted !== 'evaluate' && wanted !== 'ignore')
    throw validationError(
      `Invalid value '${wanted}' for EvaluateLowSampleCountPercentile: it is evaluate or ignore.`,
    );
  if (statistic === undefined || parseStatistic(statistic)?.kind !== 'percentile')
    throw validationError(
      'EvaluateLowSampleCountPercentile goes with a percentile as ExtendedStatistic only.',
    );
  return wanted;
}

function checkActions(actions: readonly string[] = []): readonly string[] {
  if (actions.length > MOST_ACTIONS)
    throw validationError(`An alarm has at most ${MOST_ACTIONS} actions for a state.`);
  for (const action of actions)
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(action) || action.length > 1024)
      throw validationError(`Invalid arn syntax: ${action.slice(0, 100)}`);
  return actions;
}
