/** Shows a rollout while it runs: a picture that is repainted on a terminal, plain lines elsewhere. */
import type { Clock, Timer } from '../base/clock.ts';
import type { RolloutEntry } from '../record/entries.ts';
import type { RolloutSink } from '../record/recorder.ts';
import { liveView } from '../report/live-view.ts';
import { createProgressLines } from '../report/progress-lines.ts';
import { erase, repaint } from '../report/repaint.ts';
import { emptyRollout, foldEntry, type RolloutModel } from '../report/rollout-model.ts';
import type { Output } from './context.ts';
import { isTerminal, paletteFor } from './palette.ts';
import { DEFAULT_COLUMNS, DEFAULT_ROWS, terminalSize } from './terminal-size.ts';

/** A view of one rollout. */
export interface Screen {
  readonly sink: RolloutSink;
  /** What the entries said so far. */
  model(): RolloutModel;
  /** Takes the picture away and stops repainting. */
  close(): void;
}

interface ScreenOptions {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** `json`: each entry of the record as it comes, one a line; by default for people. */
  readonly format?: 'text' | 'json';
  /** Lines to show below the picture of the rollout. */
  readonly footer?: () => readonly string[];
}

const REPAINT_MS = 100;
const HEARTBEAT_CHECK_MS = 1_000;

/** Opens the view that fits the output. */
export function openScreen(options: ScreenOptions): Screen {
  if (options.format === 'json') return jsonScreen(options);
  return isTerminal(options.output, options.env) ? livingScreen(options) : plainScreen(options);
}

/** Calls are many and say little while they happen; the record has them, and the verdict their sum. */
function jsonScreen({ output }: ScreenOptions): Screen {
  let model = emptyRollout;
  return {
    sink(entry) {
      model = foldEntry(model, entry);
      if (entry.kind !== 'api-call') output.write(`${JSON.stringify(entry)}\n`);
    },
    model: () => model,
    close: () => undefined,
  };
}

function plainScreen({ output, env, clock }: ScreenOptions): Screen {
  const lines = createProgressLines({ palette: paletteFor(output, env) });
  let model = emptyRollout;
  let timer: Timer;
  const print = (printed: readonly string[]): void => {
    for (const line of printed) output.write(`${line}\n`);
  };
  const beat = (): void => {
    print(lines.heartbeat(clock.now()));
    timer = clock.setTimer(HEARTBEAT_CHECK_MS, beat);
  };
  timer = clock.setTimer(HEARTBEAT_CHECK_MS, beat);
  return {
    sink(entry: RolloutEntry) {
      model = foldEntry(model, entry);
      print(lines.next(entry));
    },
    model: () => model,
    close: () => timer.cancel(),
  };
}

function livingScreen({ output, env, clock, footer }: ScreenOptions): Screen {
  const palette = paletteFor(output, env);
  let model = emptyRollout;
  let painted: readonly string[] = [];
  let timer: Timer;
  const columns = (): number => terminalSize(output).columns ?? DEFAULT_COLUMNS;
  const paint = (): void => {
    const below = footer?.() ?? [];
    const view = liveView(model, {
      now: clock.now(),
      width: columns(),
      height: Math.max(8, (terminalSize(output).rows ?? DEFAULT_ROWS) - below.length - 1),
      palette,
    });
    const lines = [...view, ...below];
    const change = repaint(painted, lines, columns());
    if (change !== '') output.write(change);
    painted = lines;
    timer = clock.setTimer(REPAINT_MS, paint);
  };
  timer = clock.setTimer(REPAINT_MS, paint);
  return {
    sink: (entry) => (model = foldEntry(model, entry)),
    model: () => model,
    close() {
      timer.cancel();
      output.write(erase(painted, columns()));
      painted = [];
    },
  };
}
