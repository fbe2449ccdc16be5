/** What `revisions` and `tasks` print. */
import { lastPart } from '../base/arn.ts';
import { formatDuration } from '../base/duration.ts';
import { tableLines, type TableOptions } from './table.ts';
import { timeText } from './status-lines.ts';
import { plainLine, wrap } from './text.ts';

/** One rollout of a service's history. */
export interface RevisionView {
  readonly status: string;
  readonly createdAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly taskDefinition: string | undefined;
  readonly images: readonly {
    readonly container: string;
    readonly image: string;
    readonly digest: string | undefined;
  }[];
  readonly current: boolean;
}

/** A service's history as a table, in the order given. */
export function revisionLines(
  rows: readonly RevisionView[],
  options: TableOptions = {},
): readonly string[] {
  if (rows.length === 0) return ['no rollout is on record'];
  return tableLines(
    [
      { title: '' },
      { title: 'TASK DEFINITION' },
      { title: 'ROLLOUT' },
      { title: 'STARTED' },
      { title: 'TOOK', align: 'right' },
      // The tag at its end is what matters: rather let the terminal break the line than cut it off.
      { title: 'IMAGES' },
    ],
    rows.map((row) => [
      row.current ? '*' : '',
      row.taskDefinition === undefined ? 'forgotten' : lastPart(row.taskDefinition),
      row.status,
      timeText(row.createdAt),
      row.createdAt === undefined || row.finishedAt === undefined
        ? '-'
        : formatDuration(row.finishedAt - row.createdAt),
      row.images.map((each) => each.image).join(', '),
    ]),
    options,
  );
}

/** One task. */
export interface TaskView {
  readonly taskArn: string;
  readonly taskDefinition: string;
  readonly lastStatus: string;
  readonly health: string;
  readonly targetStates: readonly string[];
  readonly startedAt: number | undefined;
  readonly end: string | undefined;
}

/** A service's tasks as a table, in the order given. */
export function taskLines(
  rows: readonly TaskView[],
  options: TableOptions = {},
): readonly string[] {
  if (rows.length === 0) return ['no tasks'];
  const [titles = '', ...lines] = tableLines(
    [
      { title: 'TASK' },
      { title: 'TASK DEFINITION', flexible: true },
      { title: 'STATUS' },
      { title: 'HEALTH' },
      { title: 'TARGETS' },
      { title: 'STARTED' },
    ],
    rows.map((row) => [
      lastPart(row.taskArn),
      lastPart(row.taskDefinition),
      row.lastStatus,
      row.health,
      row.targetStates.length === 0 ? '-' : row.targetStates.join(', '),
      timeText(row.startedAt),
    ]),
    options,
  );
  return [titles, ...lines.flatMap((line, index) => [line, ...endLines(rows[index], options)])];
}

const END_INDENT = '    ';

/** Why a task ended stands below it: there it has room. */
function endLines(row: TaskView | undefined, { width }: TableOptions): readonly string[] {
  if (row?.end === undefined) return [];
  const end = plainLine(`ended: ${row.end}`);
  const lines = width === undefined ? [end] : wrap(end, width - END_INDENT.length);
  return lines.map((line) => END_INDENT + line);
}
