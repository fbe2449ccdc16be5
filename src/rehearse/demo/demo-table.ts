/** The end of the demo in lines: what was served, by whom, and how each act ended. */
import type { DemoReport } from './run-demo.ts';

/** A table with its titles, for whoever lays it out. */
export interface DemoTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One row an act: what was expected and what came. */
export function verdictTable({ acts }: DemoReport): DemoTable {
  return {
    titles: ['ACT', 'VERDICT', 'EXIT CODE', 'EXPECTED', 'TOOK'],
    rows: acts.map(({ act, result }) => [
      act.name,
      result.verdict,
      String(result.exitCode),
      act.expected,
      `${((result.endedAt - result.startedAt) / 1000).toFixed(1)}s`,
    ]),
  };
}

/** Requests by version and by outcome. */
export function requestTable({ load }: DemoReport): DemoTable {
  const versions = Object.entries(load.byVersion)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([version, count]) => [`served by ${version}`, String(count)]);
  const failed = Object.entries(load.outcomes)
    .filter(([outcome, count]) => outcome !== 'ok' && count > 0)
    .map(([outcome, count]) => [`failed: ${outcome}`, String(count)]);
  return {
    titles: ['REQUESTS', 'COUNT'],
    rows: [
      ['sent', String(load.sent)],
      ...versions,
      ...(load.unversioned > 0 ? [['served, version not said', String(load.unversioned)]] : []),
      ...failed,
      ['failed', String(load.sent - load.outcomes.ok)],
    ],
  };
}
