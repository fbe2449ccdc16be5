/** A rollout on a terminal: one screen, drawn anew as often as the caller likes. */
import { formatDuration } from '../base/duration.ts';
import type { EventEntry, MeasurementEntry, RevisionSample } from '../record/entries.ts';
import { eventLines } from './progress-lines.ts';
import { measurementText, openGateText } from './gate-text.ts';
import { isSameDefinition, shortName, type RolloutModel } from './rollout-model.ts';
import { pad, plainLine, plainPalette, truncate, type Palette } from './text.ts';

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

const EVENTS = 6;
const LONGEST_BAR = 24;
const ELAPSED_WIDTH = 7;

interface BarCells {
  readonly healthy: string;
  readonly running: string;
  readonly pending: string;
  readonly missing: string;
}

const BLOCKS: BarCells = { healthy: '█', running: '▓', pending: '░', missing: '·' };
const ASCII: BarCells = { healthy: '#', running: '+', pending: '-', missing: '.' };

/** The screen's lines, none wider than the terminal and none more than it has rows. */
export function liveView(model: RolloutModel, options: LiveViewOptions): readonly string[] {
  const { width, height = 24, palette = plainPalette, unicode = true } = options;
  const { header, sample } = model;
  if (header === undefined) return [truncate('reading the service …', width)];
  const head = [
    titleLine(model, options, palette),
    palette.dim(
      truncate(`${header.endpoint}, account ${header.accountId}, region ${header.region}`, width),
    ),
    '',
  ];
  const cells = unicode ? BLOCKS : ASCII;
  const revisions = (sample?.revisions ?? []).map((revision) =>
    revisionLine(revision, model, width, palette, cells),
  );
  const shift = shiftLines(model, width, palette);
  const bounds = boundsLines(model, width, palette);
  const room = Math.max(
    0,
    Math.min(EVENTS, height - head.length - revisions.length - bounds.length - shift.length - 2),
  );
  const events = room === 0 ? [] : model.events.slice(-room);
  return [
    ...head,
    ...(revisions.length === 0 ? ['starting'] : revisions),
    ...bounds,
    ...shift,
    ...(events.length === 0 ? [] : ['']),
    ...events.map((event) => eventLine(event, header.at, width, palette)),
  ].slice(0, height);
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

/** The stage of a traffic shift, the gate that it waits at, and what the checks last said. */
function shiftLines(model: RolloutModel, width: number, palette: Palette): readonly string[] {
  const { sample, gate, measurements } = model;
  const open = openGateText(gate);
  const stage = open ?? (sample?.stage === undefined ? undefined : `stage ${sample.stage}`);
  return [
    ...(stage === undefined ? [] : [palette.bold(truncate(`  ${plainLine(stage)}`, width))]),
    ...measurements.map((entry) =>
      paintOutcome(
        entry.outcome,
        palette,
      )(truncate(`  ${plainLine(measurementText(entry))}`, width)),
    ),
  ];
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

function revisionLine(
  revision: RevisionSample,
  { sample, to, from }: RolloutModel,
  width: number,
  palette: Palette,
  cells: BarCells,
): string {
  const desired = sample?.desired ?? 0;
  const healthy = Math.min(revision.healthy ?? revision.running, revision.running);
  const isTarget = revision.taskDefinition === to?.taskDefinition;
  const image = [to, from].find((each) => each?.taskDefinition === revision.taskDefinition)
    ?.images[0]?.image;
  // The end of a reference is what tells two versions apart, and there is little room.
  const version = image?.slice(image.lastIndexOf('/') + 1);
  const name = pad(truncate(shortName(revision.taskDefinition), 16), 16);
  const counts = [
    `${revision.running}/${desired} running`,
    ...(revision.healthy === undefined ? [] : [`${revision.healthy} healthy`]),
    ...(revision.pending === 0 ? [] : [`${revision.pending} pending`]),
    ...(revision.failed === 0 ? [] : [`${revision.failed} failed`]),
    ...(revision.trafficWeight === undefined ? [] : [`${revision.trafficWeight} % of traffic`]),
  ].join(', ');
  const barWidth = Math.min(LONGEST_BAR, Math.max(4, width - 60));
  const slots = Math.max(desired, revision.running + revision.pending, 1);
  const bar = barOf(
    [
      [healthy, cells.healthy, isTarget ? palette.green : palette.cyan],
      [revision.running - healthy, cells.running, palette.yellow],
      [revision.pending, cells.pending, palette.dim],
    ],
    slots,
    barWidth,
    cells.missing,
    palette,
  );
  const left = width - 2 - 16 - 1 - barWidth - 2;
  const rest = truncate(
    plainLine(`${counts}${version === undefined ? '' : `  ${version}`}`),
    Math.max(0, left),
  );
  return width < 16 + barWidth + 6
    ? truncate(`${shortName(revision.taskDefinition)} ${counts}`, width)
    : `  ${isTarget ? palette.bold(name) : name} ${bar}  ${rest}`;
}

/** A bar of `width` cells that stands for `slots` tasks. */
function barOf(
  parts: readonly (readonly [number: number, cell: string, paint: (text: string) => string])[],
  slots: number,
  width: number,
  missing: string,
  palette: Palette,
): string {
  let drawn = 0;
  let tasks = 0;
  const pieces = parts.map(([number, cell, paint]) => {
    tasks += Math.max(0, number);
    // A task, however few of many it is, is worth a cell when there is room.
    const end = Math.min(
      width,
      Math.max(drawn + (number > 0 ? 1 : 0), Math.round((tasks / slots) * width)),
    );
    const piece = cell.repeat(Math.max(0, end - drawn));
    drawn = Math.max(drawn, end);
    return piece === '' ? '' : paint(piece);
  });
  return `${pieces.join('')}${palette.dim(missing.repeat(width - drawn))}`;
}

function eventLine(event: EventEntry, startedAt: number, width: number, palette: Palette): string {
  const elapsed = pad(formatDuration(event.at - startedAt), ELAPSED_WIDTH, 'right');
  const [text = ''] = eventLines(event, plainPalette);
  const room = width - ELAPSED_WIDTH - 2;
  if (room < ELAPSED_WIDTH) return truncate(text, width);
  return `${palette.dim(elapsed)}  ${painterFor(event.level, palette)(truncate(text, room))}`;
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
