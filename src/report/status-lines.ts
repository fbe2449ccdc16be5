/** What `status` prints. */
import { lastPart } from '../base/arn.ts';
import { isoTime } from '../base/clock.ts';
import { tableLines, type TableOptions } from './table.ts';
import { plainLine, plainPalette, truncate, wrapAtMost } from './text.ts';

/** A service at one moment. */
export interface StatusView {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly cluster: string;
  readonly service: string;
  readonly status: string;
  readonly desired: number;
  readonly pending: number;
  readonly running: number;
  readonly deployments: readonly {
    readonly id: string;
    readonly status: string;
    readonly taskDefinition: string;
    readonly desired: number;
    readonly pending: number;
    readonly running: number;
    readonly failed: number;
    readonly rolloutState: string | undefined;
  }[];
  readonly rollout:
    | {
        readonly arn: string;
        readonly status: string;
        readonly statusReason: string | undefined;
        readonly lifecycleStage: string | undefined;
        readonly productionWeight: number | undefined;
        readonly waitingHooks: readonly {
          readonly id: string;
          readonly expiresAt: number | undefined;
        }[];
      }
    | undefined;
  readonly gate:
    | {
        readonly by: string;
        readonly state: 'in-use' | 'stale';
        readonly waiting: string | undefined;
      }
    | undefined;
  readonly taskSets: readonly {
    readonly id: string;
    readonly status: string;
    readonly stability: string;
    readonly taskDefinition: string;
    readonly desired: number;
    readonly pending: number;
    readonly running: number;
  }[];
  readonly unfinished:
    | {
        readonly by: string;
        readonly startedAt: number | undefined;
        readonly direction: 'forward' | 'back';
        readonly weight: number | undefined;
        readonly taskDefinition: string;
      }
    | undefined;
  readonly events: readonly { readonly at: number | undefined; readonly message: string }[];
}

/** A service on one screen. */
export function statusLines(status: StatusView, options: TableOptions = {}): readonly string[] {
  const { palette = plainPalette } = options;
  return [
    palette.bold(titleOf(status)),
    ...headLines(status),
    '',
    ...tableOf(status, options),
    ...belowLines(status),
    ...eventLines(status),
  ];
}

/** The same for a screen that is painted again and again: no line wider, and no more lines, the newest events first. */
export function statusScreen(
  status: StatusView,
  options: TableOptions & { readonly width: number; readonly height: number },
): readonly string[] {
  const { palette = plainPalette, width, height } = options;
  const cut = (line: string): string => truncate(line, width);
  const whole = [
    palette.bold(cut(titleOf(status))),
    ...headLines(status).map(cut),
    '',
    ...tableOf(status, options),
    ...belowLines(status).flatMap((line) => (line === '' ? [line] : wrapAtMost(line, width, 2))),
    ...eventLines(status).map(cut),
  ].slice(0, height);
  return whole.at(-1) === '' ? whole.slice(0, -1) : whole;
}

function titleOf({ service, cluster, status }: StatusView): string {
  return plainLine(`${service} in cluster ${cluster} is ${status}`);
}

function headLines(status: StatusView): readonly string[] {
  return [
    plainLine(`${status.endpoint}, account ${status.accountId}, region ${status.region}`),
    plainLine(`${status.running} running, ${status.pending} pending, ${status.desired} desired`),
  ];
}

function tableOf(status: StatusView, options: TableOptions): readonly string[] {
  return status.taskSets.length > 0
    ? taskSetTable(status, options)
    : deploymentTable(status, options);
}

function belowLines(status: StatusView): readonly string[] {
  return [...rolloutLines(status.rollout), ...unfinishedLines(status), ...gateLines(status)];
}

function eventLines({ events }: StatusView): readonly string[] {
  return [
    ...(events.length === 0 ? [] : ['']),
    ...events.map(({ at, message }) => plainLine(`${timeText(at)}  ${message}`)),
  ];
}

function deploymentTable({ deployments }: StatusView, options: TableOptions): readonly string[] {
  return tableLines(
    [
      { title: 'TASK DEFINITION', flexible: true },
      { title: 'DEPLOYMENT', dispensable: true },
      { title: 'STATUS' },
      { title: 'ROLLOUT' },
      { title: 'DESIRED', align: 'right' },
      { title: 'PENDING', align: 'right' },
      { title: 'RUNNING', align: 'right' },
      { title: 'FAILED', align: 'right' },
    ],
    deployments.map((each) => [
      lastPart(each.taskDefinition),
      each.id,
      each.status,
      each.rolloutState ?? '-',
      String(each.desired),
      String(each.pending),
      String(each.running),
      String(each.failed),
    ]),
    options,
  );
}

function taskSetTable({ taskSets }: StatusView, options: TableOptions): readonly string[] {
  return tableLines(
    [
      { title: 'TASK DEFINITION', flexible: true },
      { title: 'TASK SET', dispensable: true },
      { title: 'STATUS' },
      { title: 'STABILITY' },
      { title: 'DESIRED', align: 'right' },
      { title: 'PENDING', align: 'right' },
      { title: 'RUNNING', align: 'right' },
    ],
    taskSets.map((each) => [
      lastPart(each.taskDefinition),
      each.id,
      each.status,
      each.stability,
      String(each.desired),
      String(each.pending),
      String(each.running),
    ]),
    options,
  );
}

function rolloutLines(rollout: StatusView['rollout']): readonly string[] {
  if (rollout === undefined) return [];
  const { status, statusReason, lifecycleStage, productionWeight } = rollout;
  const stage = lifecycleStage === undefined ? '' : ` at ${lifecycleStage}`;
  const traffic =
    productionWeight === undefined ? '' : `, ${productionWeight} % of production traffic`;
  const why = statusReason === undefined ? '' : `: ${statusReason}`;
  return [
    '',
    plainLine(`last rollout ${status}${stage}${traffic}${why}`),
    plainLine(rollout.arn),
    ...rollout.waitingHooks.map(({ id, expiresAt }) => {
      const until = expiresAt === undefined ? '' : ` until ${timeText(expiresAt)}`;
      return plainLine(`waits at the pause ${id}${until}`);
    }),
  ];
}

function unfinishedLines({ unfinished }: StatusView): readonly string[] {
  if (unfinished === undefined) return [];
  const { by, startedAt, direction, weight, taskDefinition } = unfinished;
  const traffic = weight === undefined ? '' : `, ${weight} % of production traffic`;
  const way = direction === 'forward' ? 'on its way' : 'on its way back';
  return [
    '',
    plainLine(
      `unfinished rollout of ${lastPart(taskDefinition)}, begun by ${by} at ${timeText(startedAt)}: ${way}${traffic}`,
    ),
    'go on with it: fairlead resume; or back: fairlead rollback',
  ];
}

function gateLines({ gate }: StatusView): readonly string[] {
  if (gate === undefined) return [];
  if (gate.state === 'stale') {
    return [
      plainLine(
        `carries a pause hook of a rollout by ${gate.by} that is over; the next command that changes the service takes it out`,
      ),
    ];
  }
  return [
    plainLine(
      gate.waiting === undefined
        ? `its gates are kept by ${gate.by}`
        : `the gate is open; ${gate.by} decides, or "fairlead continue"`,
    ),
  ];
}

/** `2026-11-23 12:08:18Z`; `-` where it is not known. */
export function timeText(epochMs: number | undefined): string {
  return epochMs === undefined ? '-' : `${isoTime(epochMs).slice(0, 19).replace('T', ' ')}Z`;
}
