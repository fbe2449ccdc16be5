/** Hands every entry, redacted, to whoever listens: the record's writer, the terminal, a test. */
import type { HeaderEntry, RolloutEntry } from './entries.ts';
import { redactDeep } from './redact.ts';

/** Takes each entry in order, the header first. It must not throw: a rollout never fails for want of a view. */
export type RolloutSink = (entry: RolloutEntry) => void;

/** What a command writes to. */
export interface Recorder {
  /** Opens the record; entries that came before follow it. */
  begin(header: HeaderEntry): void;
  write(entry: Exclude<RolloutEntry, HeaderEntry>): void;
  /** From now on this value is hidden wherever it stands. */
  hide(secrets: readonly string[]): void;
  /** Every value that was told to be hidden. */
  secrets(): readonly string[];
}

/** A recorder that feeds the given sinks. */
export function createRecorder(sinks: readonly RolloutSink[]): Recorder {
  const secrets = new Set<string>();
  let waiting: RolloutEntry[] | undefined = [];
  const send = (entry: RolloutEntry): void => {
    const clean = redactDeep(entry, [...secrets]);
    for (const sink of sinks) sink(clean);
  };
  return {
    begin(header) {
      const early = waiting ?? [];
      waiting = undefined;
      send(header);
      early.forEach(send);
    },
    write(entry) {
      if (waiting === undefined) send(entry);
      else waiting.push(entry);
    },
    hide(values) {
      for (const value of values) secrets.add(value);
    },
    secrets: () => [...secrets],
  };
}
