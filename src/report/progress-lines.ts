/** Progress as plain lines, for logs and pipes: a line for each change, and a heartbeat when nothing changes for long. */
import { formatDuration } from '../base/duration.ts';
import type { EventEntry, HeaderEntry, RolloutEntry, SampleEntry } from '../record/entries.ts';
import { gateText, hookText, measurementText, openGateText, pauseText } from './gate-text.ts';
import {
  emptyRollout,
  foldEntry,
  isSameDefinition,
  revisionText,
  shortName,
  type RolloutModel,
} from './rollout-model.ts';
import { pad, plainLine, plainPalette, type Palette } from './text.ts';

/** Turns entries into lines. */
export interface ProgressLines {
  /** The lines of one more entry; often none. */
  next(entry: RolloutEntry): readonly string[];
  /**
   * A line that says that the rollout still runs, when nothing was said for a while; else none.
   * @param now epoch milliseconds
   */
  heartbeat(now: number): readonly string[];
}

export interface ProgressOptions {
  readonly palette?: Palette;
  /** Silence that calls for a heartbeat, in milliseconds; by default 30 s. */
  readonly heartbeatMs?: number;
}

const ELAPSED_WIDTH = 7;

/** Lines for one rollout. */
export function createProgressLines({
  palette = plainPalette,
  heartbeatMs = 30_000,
}: ProgressOptions = {}): ProgressLines {
  let model: RolloutModel = emptyRollout;
  let saidAt: number | undefined;

  const stamp = (at: number, line: string): string => {
    const elapsed = formatDuration(at - (model.header?.at ?? at));
    return `${palette.dim(pad(elapsed, ELAPSED_WIDTH, 'right'))}  ${line}`;
  };
  const say = (at: number, lines: readonly string[]): readonly string[] => {
    if (lines.length > 0) saidAt = at;
    const [first, ...rest] = lines;
    if (first === undefined) return [];
    return [stamp(at, first), ...rest.map((line) => `${' '.repeat(ELAPSED_WIDTH + 2)}${line}`)];
  };

  return {
    next(entry) {
      const before = model;
      model = foldEntry(model, entry);
      switch (entry.kind) {
        case 'header':
          return say(entry.at, headerLines(entry, palette));
        case 'target':
          return say(entry.at, targetLines(before, model));
        case 'event':
          return say(entry.at, eventLines(entry, palette));
        case 'sample':
        case 'task':
        case 'api-call':
          return [];
        case 'gate':
          return say(entry.at, [plainLine(gateText(entry))]);
        case 'measurement':
          return say(entry.at, [plainLine(measurementText(entry))]);
        case 'hook':
          return say(entry.at, [plainLine(hookText(entry))]);
        case 'verdict':
          // The summary tells it.
          return [];
      }
    },
    heartbeat(now) {
      if (saidAt === undefined || model.verdict !== undefined || now - saidAt < heartbeatMs) {
        return [];
      }
      const counts = model.sample === undefined ? [] : [countsText(model.sample)];
      const ownGate = openGateText(model.gate);
      const pauses = (model.sample?.pauses ?? []).map(pauseText);
      const open = [ownGate, ...pauses].filter((text) => text !== undefined).join(', ');
      const state = ['waiting', ...(open === '' ? [] : [plainLine(open)]), ...counts].join(': ');
      return say(now, [palette.dim(state)]);
    },
  };
}

/** Where we are and what is there: the first lines of every command. */
function headerLines(header: HeaderEntry, palette: Palette): readonly string[] {
  const { minimumHealthyPercent: minimum, maximumPercent: maximum } = header;
  // Task sets are scaled by whoever deploys: the percentages of the service hold for none of them.
  const bounds =
    minimum === undefined || maximum === undefined || header.strategy === 'EXTERNAL'
      ? ''
      : ` ${minimum}-${maximum} %`;
  const where = `${header.endpoint}, account ${header.accountId}, region ${header.region}`;
  return [
    plainLine(`${header.command} ${header.service} in cluster ${header.cluster} at ${where}`),
    ...(header.from === undefined
      ? []
      : [
          plainLine(
            `now ${revisionText(header.from)}, ${header.desiredCount} task${header.desiredCount === 1 ? '' : 's'}, ${header.strategy}${bounds}${scaleText(header.timeScale)}`,
          ),
        ]),
  ].map((line, index) => (index === 0 ? palette.bold(line) : line));
}

function targetLines(before: RolloutModel, after: RolloutModel): readonly string[] {
  const lines: string[] = [];
  if (after.to !== undefined && before.to?.taskDefinition !== after.to.taskDefinition) {
    const isNew = after.from?.taskDefinition !== before.from?.taskDefinition;
    if (isNew && after.from !== undefined && !isSameDefinition(after))
      lines.push(`from ${revisionText(after.from)}`);
    lines.push(`to ${revisionText(after.to)}`);
  }
  if (after.serviceDeployment !== undefined && before.serviceDeployment === undefined) {
    lines.push(`following ${after.serviceDeployment}`);
  }
  return lines.map(plainLine);
}

/** An event, its level in words: nobody should need colours to see a warning. */
export function eventLines(event: EventEntry, palette: Palette): readonly string[] {
  const [first = '', ...rest] = event.message.split('\n').map(plainLine);
  switch (event.level) {
    case 'info':
      return [first, ...rest];
    case 'warning':
      return [palette.yellow(`warning: ${first}`), ...rest];
    case 'error':
      return [palette.red(`error: ${first}`), ...rest];
  }
}

/** `web:7 2/4 running, 1 healthy, 2 pending · web:6 4 running`. */
function countsText(sample: SampleEntry): string {
  return sample.revisions
    .map(({ taskDefinition, running, healthy, pending, failed, trafficWeight }, index) =>
      [
        `${shortName(taskDefinition)} ${running}${index === 0 ? `/${sample.desired}` : ''} running`,
        ...(healthy === undefined || healthy === running ? [] : [`${healthy} healthy`]),
        ...(pending === 0 ? [] : [`${pending} pending`]),
        ...(failed === 0 ? [] : [`${failed} failed`]),
        ...(trafficWeight === undefined ? [] : [`${trafficWeight} % of traffic`]),
      ].join(', '),
    )
    .join(' · ');
}

function scaleText(timeScale: number | undefined): string {
  return timeScale === undefined ? '' : `; its time is scaled by ${timeScale}`;
}
