/** The revisions of a rollout on a terminal: a bar, the counts, the traffic and the image of each. */
import type { RevisionSample } from '../record/entries.ts';
import { shortName, type RolloutModel } from './rollout-model.ts';
import { pad, plainLine, truncate, widthOf, type Palette } from './text.ts';

/** What a terminal shows and how much of it. */
export interface RevisionLook {
  /** Columns. */
  readonly width: number;
  readonly palette: Palette;
  /** False for terminals that only know ASCII. */
  readonly unicode: boolean;
}

interface BarCells {
  readonly healthy: string;
  readonly running: string;
  readonly pending: string;
  readonly missing: string;
}

const BLOCKS: BarCells = { healthy: '█', running: '▓', pending: '░', missing: '·' };
const ASCII: BarCells = { healthy: '#', running: '+', pending: '-', missing: '.' };

const LONGEST_NAME = 16;
const LONGEST_BAR = 24;
const SHORTEST_BAR = 8;
/** Bars grow and shrink by so much, so that they stand still while counts get a digit more. */
const BAR_STEP = 4;

/** A line for each revision, none wider than the terminal. Where there is little room the image is left out, then the bar. */
export function revisionBars(model: RolloutModel, look: RevisionLook): readonly string[] {
  const rows = (model.sample?.revisions ?? []).map((revision) => ({
    revision,
    name: truncate(plainLine(shortName(revision.taskDefinition)), LONGEST_NAME),
    counts: plainLine(countsOf(revision, model)),
    image: plainLine(imageOf(revision, model)),
  }));
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf));
  const nameWidth = widest(rows.map(({ name }) => name));
  const left = look.width - nameWidth - 5;
  const withImage = left - widest(rows.map(({ counts, image }) => `${counts}${image}`));
  const alone = left - widest(rows.map(({ counts }) => counts));
  const hasImage = withImage >= SHORTEST_BAR;
  const room = hasImage ? withImage : alone;
  const barWidth = Math.min(LONGEST_BAR, room - (room % BAR_STEP));
  return rows.map(({ revision, name, counts, image }) => {
    if (barWidth < SHORTEST_BAR) return truncate(`  ${name} ${counts}`, look.width);
    const isTarget = isTargetOf(revision, model);
    const bar = revisionBar(revision, model, barWidth, look);
    const text = truncate(hasImage ? `${counts}${image}` : counts, left - barWidth);
    const padded = pad(name, nameWidth);
    return `  ${isTarget ? look.palette.bold(padded) : padded} ${bar}  ${text}`;
  });
}

function isTargetOf({ taskDefinition }: RevisionSample, { to }: RolloutModel): boolean {
  return taskDefinition === to?.taskDefinition;
}

/** `2/4 running, 1 healthy, 20 % of traffic`. */
function countsOf(revision: RevisionSample, { sample }: RolloutModel): string {
  const { running, healthy, pending, failed, trafficWeight } = revision;
  return [
    `${running}/${sample?.desired ?? 0} running`,
    ...(healthy === undefined ? [] : [`${healthy} healthy`]),
    ...(pending === 0 ? [] : [`${pending} pending`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(trafficWeight === undefined ? [] : [`${trafficWeight} % of traffic`]),
  ].join(', ');
}

/** The end of the reference, with the gap before it: that is what tells two versions apart, and there is little room. */
function imageOf({ taskDefinition }: RevisionSample, { to, from }: RolloutModel): string {
  const image = [to, from].find((each) => each?.taskDefinition === taskDefinition)?.images[0]
    ?.image;
  return image === undefined ? '' : `  ${image.slice(image.lastIndexOf('/') + 1)}`;
}

function revisionBar(
  revision: RevisionSample,
  model: RolloutModel,
  barWidth: number,
  { palette, unicode }: RevisionLook,
): string {
  const cells = unicode ? BLOCKS : ASCII;
  const desired = model.sample?.desired ?? 0;
  const healthy = Math.min(revision.healthy ?? revision.running, revision.running);
  return barOf(
    [
      [healthy, cells.healthy, isTargetOf(revision, model) ? palette.green : palette.cyan],
      [revision.running - healthy, cells.running, palette.yellow],
      [revision.pending, cells.pending, palette.dim],
    ],
    Math.max(desired, revision.running + revision.pending, 1),
    barWidth,
    cells.missing,
    palette,
  );
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
