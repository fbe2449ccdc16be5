/** A rollout on a terminal: one screen, drawn anew as often as the caller likes. */
import { formatDuration } from '../base/duration.ts';
import type { EventEntry, MeasurementEntry } from '../record/entries.ts';
import { eventLines } from './progress-lines.ts';
import { gateText, hookText, measurementText, openGateText, pauseText } from './gate-text.ts';
import { revisionBars } from './revision-bars.ts';
import { isSameDefinition, shortName, type NewsEntry, type RolloutModel } from './rollout-model.ts';
import { pad, plainLine, plainPalette, truncate, wrapAtMost, type Palette } from './text.ts';

export interface LiveViewOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Columns of the terminal. */
  readonly width: number;
  /** Rows of the terminal; the last events fill what is left. */
  readonly height?: number;
  readonly palette?: Palette;
  /** False for terminals that only know ASCII. */
  readonly unicode?: boolean;
}

/** Rows for what happened last, at most and where checks would take them. */
const MOST_NEWS = 8;
const LEAST_NEWS = 5;
/** A sentence with numbers takes so many rows: cut, it would not tell them. */
const ROWS_A_SENTENCE = 2;
const ELAPSED_WIDTH = 7;

/** The screen's lines, none wider than the terminal and none more than it has rows. */
export function liveView(model: RolloutModel, options: LiveViewOptions): readonly string[] {
  const { width, height = 24, palette = plainPalette, unicode = true } = options;
  const { header } = model;
  if (header === undefined) return [truncate('reading the service …', width)];
  const revisions = revisionBars(model, { width, palette, unicode });
  const above = [
    titleLine(model, options, palette),
    palette.dim(
      truncate(`${header.endpoint}, account ${header.accountId}, region ${header.region}`, width),
    ),
    '',
    ...(revisions.length === 0 && model.hook === undefined ? ['starting'] : revisions),
    ...boundsLines(model, width, palette),
    ...stageLines(model, width, palette),
  ];
  const left = height - above.length - 1;
  const checks = checkLines(model, width, palette, left - LEAST_NEWS);
  const news = newsLines(model, width, palette, Math.min(MOST_NEWS, left - checks.length));
  return [...above, ...checks, ...(news.length === 0 ? [] : ['']), ...news].slice(0, height);
}

/** The whole service against the bounds that a rolling update keeps (reference: ECS semantics 5.1). */
function boundsLines(model: RolloutModel, width: number, palette: Palette): readonly string[] {
  const { header, sample } = model;
  const { minimumHealthyPercent: minimum, maximumPercent: maximum, strategy } = header ?? {};
  if (sample === undefined || minimum === undefined || maximum === undefined) return [];
  if (strategy !== 'ROLLING') return [];
  const lowest = Math.ceil((sample.desired * minimum) / 100);
  const highest = Math.floor((sample.desired * maximum) / 100);
  const healthy = sample.healthy === undefined ? '' : `, ${sample.healthy} healthy`;
  const line = `  ${sample.running} running${healthy}: at least ${lowest} healthy, at most ${highest} in all`;
  const below = sample.healthy !== undefined && sample.healthy < lowest;
  return [(below ? palette.yellow : palette.dim)(truncate(line, width))];
}

/** The stage of a traffic shift or the gate that it waits at, and the hook that runs. */
function stageLines(model: RolloutModel, width: number, palette: Palette): readonly string[] {
  const { sample, gate, hook } = model;
  const open = openGateText(gate);
  const stage = open ?? (sample?.stage === undefined ? undefined : `stage ${sample.stage}`);
  const running = hook === undefined ? undefined : `hook ${hook.when}: ${hook.what}`;
  const pauses = (sample?.pauses ?? []).map(pauseText);
  return [stage, ...pauses, running].flatMap((line) =>
    line === undefined ? [] : [palette.bold(truncate(`  ${plainLine(line)}`, width))],
  );
}

/** What the checks last said; in one row each where there are not enough. */
function checkLines(
  { measurements }: RolloutModel,
  width: number,
  palette: Palette,
  room: number,
): readonly string[] {
  const lines = (most: number): readonly string[] =>
    measurements.flatMap((entry) =>
      wrapAtMost(plainLine(measurementText(entry)), width - 4, most).map((line, index) =>
        paintOutcome(
          entry.outcome,
          palette,
        )(truncate(`${index === 0 ? '  ' : '    '}${line}`, width)),
      ),
    );
  const whole = lines(ROWS_A_SENTENCE);
  return whole.length <= room ? whole : lines(1);
}

function paintOutcome(
  outcome: MeasurementEntry['outcome'],
  palette: Palette,
): (text: string) => string {
  switch (outcome) {
    case 'pass':
      return palette.green;
    case 'fail':
      return palette.red;
    case 'inconclusive':
    case 'no-data':
      return palette.yellow;
  }
}

function titleLine(model: RolloutModel, { now, width }: LiveViewOptions, palette: Palette): string {
  const { header, verdict, from, to } = model;
  const elapsed = formatDuration((verdict?.endedAt ?? now) - (header?.at ?? now));
  const change =
    from === undefined || to === undefined
      ? ''
      : isSameDefinition(model)
        ? `  ${shortName(to.taskDefinition)}`
        : `  ${shortName(from.taskDefinition)} to ${shortName(to.taskDefinition)}`;
  const name = `${header?.command ?? ''} ${header?.service ?? ''} in ${header?.cluster ?? ''}${change}`;
  const title = truncate(plainLine(name), Math.max(1, width - elapsed.length - 2));
  return `${palette.bold(pad(title, width - elapsed.length))}${elapsed}`;
}

/** What happened last, in at most `room` rows; none of it in part. */
function newsLines(
  { news, header }: RolloutModel,
  width: number,
  palette: Palette,
  room: number,
): readonly string[] {
  let lines: readonly string[] = [];
  for (const entry of news.toReversed()) {
    const more = newsEntryLines(entry, header?.at ?? entry.at, width, palette);
    if (more.length + lines.length > room) break;
    lines = [...more, ...lines];
  }
  return lines;
}

function newsEntryLines(
  entry: NewsEntry,
  startedAt: number,
  width: number,
  palette: Palette,
): readonly string[] {
  const text = newsText(entry);
  const room = width - ELAPSED_WIDTH - 2;
  if (room < ELAPSED_WIDTH) return [truncate(text, width)];
  const elapsed = pad(formatDuration(entry.at - startedAt), ELAPSED_WIDTH, 'right');
  const paint = painterFor(levelOf(entry), palette);
  return wrapAtMost(text, room, ROWS_A_SENTENCE).map(
    (line, index) =>
      `${index === 0 ? palette.dim(elapsed) : ' '.repeat(ELAPSED_WIDTH)}  ${paint(line)}`,
  );
}

function newsText(entry: NewsEntry): string {
  switch (entry.kind) {
    case 'event':
      return eventLines(entry, plainPalette)[0] ?? '';
    case 'gate':
      return plainLine(gateText(entry));
    case 'hook':
      return plainLine(hookText(entry));
  }
}

function levelOf(entry: NewsEntry): EventEntry['level'] {
  switch (entry.kind) {
    case 'event':
      return entry.level;
    case 'gate':
      return entry.state === 'rolled-back' ? 'warning' : 'info';
    case 'hook':
      return entry.state === 'failed' ? 'error' : 'info';
  }
}

function painterFor(level: EventEntry['level'], palette: Palette): (text: string) => string {
  switch (level) {
    case 'info':
      return (text) => text;
    case 'warning':
      return palette.yellow;
    case 'error':
      return palette.red;
  }
}
