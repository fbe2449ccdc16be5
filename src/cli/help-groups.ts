/** Which group of the help an option stands in: the same name means the same in every command. */

/** The groups, in the order in which they are shown. */
export const HELP_GROUPS = ['WHAT', 'HOW', 'WATCH', 'WHERE', 'OPTIONS'] as const;

/** One of them. */
export type HelpGroup = (typeof HELP_GROUPS)[number];

const GROUPS: Readonly<Partial<Record<HelpGroup, readonly string[]>>> = {
  WHAT: [
    'image',
    'taskDefinition',
    'serviceDefinition',
    'desiredCount',
    'healthCheckGracePeriodSeconds',
    'enableExecuteCommand',
    'forceNewDeployment',
    'allowMutableTag',
    'container',
    'to',
    'stopped',
    'limit',
  ],
  HOW: [
    'strategy',
    'steps',
    'stepBake',
    'finalBake',
    'onClientLoss',
    'analysis',
    'before',
    'after',
    'supersede',
    'hook',
    'onCancel',
    'rollback',
  ],
  WATCH: ['until', 'watch', 'timeout', 'wait', 'output', 'logFormat', 'record'],
  WHERE: ['config', 'cluster', 'service', 'region', 'profile', 'endpointUrl'],
};

const GROUP_OF = new Map(
  HELP_GROUPS.flatMap((group) => (GROUPS[group] ?? []).map((name) => [name, group] as const)),
);

/** Where the option is shown; `OPTIONS` is for what only one command has. */
export function helpGroupOf(option: string): HelpGroup {
  return GROUP_OF.get(option) ?? 'OPTIONS';
}
