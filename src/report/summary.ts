/** The end of a rollout on one screen: what, how long, how low, why, and what to do next. */
import { formatDuration } from '../base/duration.ts';
import type { MeasurementEntry } from '../record/entries.ts';
import type { Verdict } from '../record/verdict.ts';
import { ofDesired, isSameDefinition, revisionText, type RolloutModel } from './rollout-model.ts';
import { plainLine, plainPalette, wrap, type Palette } from './text.ts';

export interface SummaryOptions {
  /** Columns of the terminal; unlimited when undefined. */
  readonly width?: number | undefined;
  readonly palette?: Palette;
  /** Path of the record. */
  readonly record?: string | undefined;
  /** What went wrong with the record, where something did. */
  readonly recordProblem?: string | undefined;
}

const LABEL_WIDTH = 9;
/** More lines of the cause than this are left to the record. */
const MOST_CAUSE_LINES = 40;

/** What a verdict means, where its name leaves a question. */
const MEANINGS: Readonly<Partial<Record<Verdict, string>>> = {
  started: 'its end was not awaited',
  reached: 'its end was not awaited',
  'rolled-back': 'the service is back on its former revision',
  failed: 'not rolled back',
  'timed-out': 'it still runs',
  superseded: 'another deployment took over',
  paused: 'it waits for a decision',
};

/** What a command was about. */
interface Subject {
  readonly command: string;
  readonly cluster: string;
  readonly service: string;
}

/** How a command ended. */
interface End {
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly changed?: readonly string[] | undefined;
}

function verdictText(subject: Subject | undefined, end: End): string {
  const { verdict, exitCode } = end;
  const meaning = meaningOf(subject, end);
  const who =
    subject === undefined ? '' : `${subject.command} ${subject.service} in ${subject.cluster}: `;
  return plainLine(
    `${who}${verdict}, exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`,
  );
}

function meaningOf(
  subject: Subject | undefined,
  { verdict, changed = [] }: End,
): string | undefined {
  if (verdict === 'impossible') {
    return changed.length === 0 ? 'nothing was changed' : 'no rollout was begun';
  }
  if (verdict === 'no-change' && changed.length > 0) return 'no rollout was needed';
  return subject?.command === 'rollback' && verdict === 'succeeded'
    ? 'rolled back, as asked'
    : MEANINGS[verdict];
}

/** The lines of a command that ended before it saw the service, so that there is no rollout to sum up. */
export function endingLines(
  result: Subject & {
    readonly verdict: Verdict;
    readonly exitCode: number;
    readonly changed: readonly string[];
    readonly cause: readonly string[];
    readonly next: readonly string[];
  },
  { width, palette = plainPalette }: Pick<SummaryOptions, 'width' | 'palette'> = {},
): readonly string[] {
  const { verdict, exitCode, changed, cause, next } = result;
  return [
    ...wrap(verdictText(result, result), width ?? Infinity).map(
      painterOf(verdict, exitCode, palette),
    ),
    ...block('changed', changed, roomOf(width)),
    ...block('why', cause, roomOf(width)),
    ...block('next', next, Infinity),
  ];
}

function painterOf(verdict: Verdict, exitCode: number, palette: Palette): (text: string) => string {
  if (exitCode === 0) return palette.green;
  return verdict === 'error' ? palette.red : palette.yellow;
}

/** Columns for the text beside a label. */
function roomOf(width: number | undefined): number {
  return (width ?? Infinity) - LABEL_WIDTH - 2;
}

/** A label and the lines beside it. */
function block(label: string, lines: readonly string[], widest: number): readonly string[] {
  return lines
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => wrapKeeping(plainLine(line), widest))
    .map((line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`.trimEnd());
}

/** The summary's lines; empty while there is no verdict. */
export function summaryLines(
  model: RolloutModel,
  { width, palette = plainPalette, record, recordProblem }: SummaryOptions = {},
): readonly string[] {
  const { verdict, from } = model;
  if (verdict === undefined) return [];
  const room = roomOf(width);
  const { total, throttled, retried } = verdict.apiCalls;
  return [
    ...wrap(verdictText(model.header, verdict), width ?? Infinity).map(
      painterOf(verdict.verdict, verdict.exitCode, palette),
    ),
    ...(from === undefined || isSameDefinition(model)
      ? []
      : block('from', [revisionText(from)], room)),
    // Digests, commands and paths are there to be copied: only the terminal may break them.
    ...(model.to === undefined ? [] : block('to', toLines(model), Infinity)),
    ...block('took', [formatDuration(verdict.endedAt - verdict.startedAt)], room),
    ...block('healthy', healthyLines(model), room),
    ...block('checks', model.conclusions.map(measuredLine), room),
    ...block('changed', verdict.changed ?? [], room),
    ...block('why', causeLines(verdict.cause), room),
    ...block('next', verdict.next, Infinity),
    ...block(
      'calls',
      [
        `${total} AWS calls${retried === 0 ? '' : `, ${retried} of them retries`}${throttled === 0 ? '' : `, ${throttled} throttled`}`,
      ],
      room,
    ),
    ...block('record', record === undefined ? [] : [record], Infinity),
    ...block('record', recordProblem === undefined ? [] : [recordProblem], room),
  ];
}

/** `errors: pass: 5XX 0.1 % (2 of 2,000)`. */
function measuredLine({ check, outcome, text }: MeasurementEntry): string {
  return `${check}: ${outcome}: ${text}`;
}

function toLines({ to }: RolloutModel): readonly string[] {
  if (to === undefined) return [];
  const digests = to.images.flatMap(({ image, digest }) =>
    digest === undefined || image.includes('@') ? [] : [`${image} is ${digest}`],
  );
  return [revisionText(to), ...digests];
}

/** Where nothing ran before there was nothing to lose. */
function healthyLines({ lowestHealthy, from }: RolloutModel): readonly string[] {
  if (lowestHealthy === undefined || from === undefined) return [];
  const { healthy, desired } = ofDesired(lowestHealthy);
  return [`never fewer than ${healthy} of ${desired} tasks, in the moments that were looked at`];
}

function causeLines(cause: readonly string[]): readonly string[] {
  if (cause.length <= MOST_CAUSE_LINES) return cause;
  const more = cause.length - MOST_CAUSE_LINES;
  return [...cause.slice(0, MOST_CAUSE_LINES), `… ${more} more lines are in the record`];
}

/** Wraps a line and keeps its indentation, as of a log line. */
function wrapKeeping(line: string, width: number): readonly string[] {
  if (width === Infinity) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  return wrap(line.slice(indent.length), width - indent.length).map((part) => indent + part);
}
