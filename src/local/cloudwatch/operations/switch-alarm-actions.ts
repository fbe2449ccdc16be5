import type { EnableAlarmActionsInput } from '@aws-sdk/client-cloudwatch';
import { alarmKey } from '../../state/cloudwatch-entities.ts';
import { recordConfigurationUpdate } from '../alarm-history.ts';
import { knownAlarms } from '../alarm-name.ts';
import type { CloudWatchOperation } from '../context.ts';

/** Switches the actions of alarms on or off. Alarms are evaluated either way. */
function switchActions(
  actionsEnabled: boolean,
): CloudWatchOperation<EnableAlarmActionsInput, object> {
  return (input, context) => {
    const { store, clock } = context;
    const now = clock.now();
    const changed = knownAlarms(context, input.AlarmNames).filter(
      (alarm) => alarm.actionsEnabled !== actionsEnabled,
    );
    store.transaction(() => {
      for (const former of changed) {
        const alarm = { ...former, actionsEnabled, configurationUpdatedAt: now };
        store.alarms.put(alarmKey(alarm.region, alarm.alarmName), alarm);
        recordConfigurationUpdate(context, 'Update', alarm, now);
      }
    });
    return {};
  };
}

/** Lets alarms act. */
export const enableAlarmActions = switchActions(true);

/** Lets alarms change their state without acting. */
export const disableAlarmActions = switchActions(false);
