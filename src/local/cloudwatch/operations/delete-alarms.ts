import type { DeleteAlarmsInput } from '@aws-sdk/client-cloudwatch';
import { alarmKey } from '../../state/cloudwatch-entities.ts';
import { recordConfigurationUpdate } from '../alarm-history.ts';
import { knownAlarms } from '../alarm-name.ts';
import type { CloudWatchOperation } from '../context.ts';

/** Deletes alarms; their history stays. As on AWS, names of none are no error. */
export const deleteAlarms: CloudWatchOperation<DeleteAlarmsInput, object> = (input, context) => {
  const { store, clock } = context;
  const alarms = knownAlarms(context, input.AlarmNames);
  store.transaction(() => {
    for (const alarm of alarms) {
      store.alarms.delete(alarmKey(alarm.region, alarm.alarmName));
      recordConfigurationUpdate(context, 'Delete', alarm, clock.now());
    }
  });
  return {};
};
