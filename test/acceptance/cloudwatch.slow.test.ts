/** Metrics and alarms by the AWS CLI alone, as its users type it: awsQuery with the CLI of the system's packages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

describe.skipIf(!hasTools)(`CloudWatch by the AWS CLI ${NEEDS}`, () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal();
  });
  afterAll(() => terminal.close());

  it('publishes metric data and reads it back, with percentiles and math', async () => {
    const outcome = await terminal.run(`
NOW=$(date -u +%s)
AT=$(date -u -d @$((NOW - 120)) +%Y-%m-%dT%H:%M:00Z)
FROM=$(date -u -d @$((NOW - 600)) +%Y-%m-%dT%H:%M:%SZ)
TO=$(date -u -d @$((NOW + 60)) +%Y-%m-%dT%H:%M:%SZ)
aws cloudwatch put-metric-data --namespace Shop --metric-name Latency --unit Seconds --timestamp $AT \\
  --value 0.5 --dimensions Service=web
aws cloudwatch put-metric-data --namespace Shop --metric-data "[{
  \\"MetricName\\": \\"Latency\\", \\"Unit\\": \\"Seconds\\", \\"Timestamp\\": \\"$AT\\",
  \\"Dimensions\\": [{\\"Name\\": \\"Service\\", \\"Value\\": \\"web\\"}],
  \\"Values\\": [0.1, 2.5], \\"Counts\\": [98, 1]}]"
aws cloudwatch list-metrics --namespace Shop --query 'Metrics[].[MetricName,Dimensions[0].Value]' --output text
aws cloudwatch get-metric-statistics --namespace Shop --metric-name Latency --dimensions Name=Service,Value=web \\
  --start-time $FROM --end-time $TO --period 60 --statistics SampleCount Maximum \\
  --query 'Datapoints[].[SampleCount,Maximum,Unit]' --output text
aws cloudwatch get-metric-statistics --namespace Shop --metric-name Latency --dimensions Name=Service,Value=web \\
  --start-time $FROM --end-time $TO --period 60 --extended-statistics p98 p99 'PR(:0.5)' \\
  --query 'Datapoints[].ExtendedStatistics.[p98,p99,"PR(:0.5)"]' --output text
aws cloudwatch get-metric-data --start-time $FROM --end-time $TO --metric-data-queries '[
  {"Id": "n", "ReturnData": false, "MetricStat": {"Stat": "SampleCount", "Period": 60, "Metric":
    {"Namespace": "Shop", "MetricName": "Latency", "Dimensions": [{"Name": "Service", "Value": "web"}]}}},
  {"Id": "half", "Expression": "n / 2"}]' --query 'MetricDataResults[].[Id,Values[0],StatusCode]' --output text
`);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout.split('\n')).toEqual([
      'Latency\tweb',
      '100.0\t2.5\tSeconds',
      '0.1\t0.5\t99.0',
      'half\t50.0\tComplete',
      '',
    ]);
  });

  it('sees an alarm go from OK to ALARM and back to OK by what is published', async () => {
    const outcome = await terminal.run(`
AT=$(date -u -d @$(($(date -u +%s) - 60)) +%Y-%m-%dT%H:%M:00Z)
put() { aws cloudwatch put-metric-data --namespace Shop --metric-name Load --timestamp $AT --value $1; }
state() { aws cloudwatch describe-alarms --alarm-names busy --query 'MetricAlarms[0].StateValue' --output text; }
await() { for i in $(seq 50); do [ "$(state)" = $1 ] && { echo $1; return; }; sleep 0.2; done; echo "never $1"; }
aws cloudwatch put-metric-alarm --alarm-name busy --namespace Shop --metric-name Load --statistic Average \\
  --period 60 --evaluation-periods 1 --threshold 50 --comparison-operator GreaterThanThreshold \\
  --alarm-actions arn:aws:sns:us-east-1:000000000000:pager --tags Key=team,Value=shop
aws cloudwatch wait alarm-exists --alarm-names busy
put 10
await OK
put 1000
await ALARM
aws cloudwatch put-metric-data --namespace Shop --metric-data "[{\\"MetricName\\": \\"Load\\",
  \\"Timestamp\\": \\"$AT\\", \\"Values\\": [0], \\"Counts\\": [1000]}]"
await OK
aws cloudwatch describe-alarm-history --alarm-name busy --history-item-type StateUpdate \\
  --query 'AlarmHistoryItems[].HistorySummary' --output text | tr '\\t' '\\n'
aws cloudwatch describe-alarms-for-metric --namespace Shop --metric-name Load \\
  --query 'MetricAlarms[].AlarmActions[]' --output text
aws cloudwatch list-tags-for-resource --resource-arn arn:aws:cloudwatch:us-east-1:000000000000:alarm:busy \\
  --query 'Tags[].Value' --output text
aws cloudwatch disable-alarm-actions --alarm-names busy
aws cloudwatch describe-alarms --query 'MetricAlarms[].ActionsEnabled' --output text
aws cloudwatch delete-alarms --alarm-names busy
aws cloudwatch describe-alarms --query 'length(MetricAlarms)'
`);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout.split('\n')).toEqual([
      'OK',
      'ALARM',
      'OK',
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
      'arn:aws:sns:us-east-1:000000000000:pager',
      'shop',
      'False',
      '0',
      '',
    ]);
  });

  it('is told what cannot be, and what is not built', async () => {
    const refused = async (command: string): Promise<string> => {
      const { exitCode, stderr } = await terminal.run(`aws cloudwatch ${command}`);
      expect(exitCode).toBe(254);
      return stderr.trim();
    };
    expect(
      await refused('set-alarm-state --alarm-name none --state-value OK --state-reason x'),
    ).toBe(
      "An error occurred (ResourceNotFound) when calling the SetAlarmState operation: Alarm 'none' does not exist.",
    );
    expect(await refused("put-composite-alarm --alarm-name all --alarm-rule 'ALARM(busy)'")).toBe(
      "An error occurred (UnsupportedOperation) when calling the PutCompositeAlarm operation: PutCompositeAlarm is not implemented by Fairlead's local monitoring. AWS has this operation; here it cannot be called.",
    );
    expect(
      await refused('put-metric-data --namespace AWS/ECS --metric-name CPUUtilization --value 1'),
    ).toContain('(InvalidParameterValue)');
  });
});
