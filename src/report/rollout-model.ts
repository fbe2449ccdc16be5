/** A rollout as far as its record has told it: what every view of it shows. Folded entry by entry. */
import { lastPart } from '../base/arn.ts';
import type {
  EventEntry,
  GateEntry,
  HeaderEntry,
  HookEntry,
  MeasurementEntry,
  RevisionReference,
  RolloutEntry,
  SampleEntry,
  VerdictEntry,
} from '../record/entries.ts';

/** What happened at one moment, and is told in a line. */
export type NewsEntry = EventEntry | GateEntry | HookEntry;

export interface RolloutModel {
  readonly header: HeaderEntry | undefined;
  /** What the rollout replaces; undefined for the first of a service. */
  readonly from: RevisionReference | undefined;
  readonly to: RevisionReference | undefined;
  readonly serviceDeployment: string | undefined;
  readonly sample: SampleEntry | undefined;
  /** The fewest healthy tasks of any sample; undefined where health was never known. */
  readonly lowestHealthy: { readonly healthy: number; readonly desired: number } | undefined;
  /** The gate that was told of last. */
  readonly gate: GateEntry | undefined;
  /** The last look of each check, in the order in which they were first made. */
  readonly measurements: readonly MeasurementEntry[];
  /** Of each check the last look that decided, else the last one. */
  readonly conclusions: readonly MeasurementEntry[];
  /** The hook that runs just now. */
  readonly hook: HookEntry | undefined;
  /** The last events, answers at gates and runs of hooks, oldest first. */
  readonly news: readonly NewsEntry[];
  readonly apiCalls: number;
  readonly verdict: VerdictEntry | undefined;
}

export const emptyRollout: RolloutModel = {
  header: undefined,
  from: undefined,
  to: undefined,
  serviceDeployment: undefined,
  sample: undefined,
  lowestHealthy: undefined,
  gate: undefined,
  measurements: [],
  conclusions: [],
  hook: undefined,
  news: [],
  apiCalls: 0,
  verdict: undefined,
};

/** No view shows more. */
const KEPT_NEWS = 50;

/** The model after one more entry. */
export function foldEntry(model: RolloutModel, entry: RolloutEntry): RolloutModel {
  switch (entry.kind) {
    case 'header':
      return { ...model, header: entry, from: entry.from };
    case 'target':
      return {
        ...model,
        from: entry.from ?? model.from,
        to: entry.to,
        serviceDeployment: entry.serviceDeployment ?? model.serviceDeployment,
      };
    case 'sample':
      return { ...model, sample: entry, lowestHealthy: lower(model.lowestHealthy, entry) };
    case 'event':
      return { ...model, news: withNews(model, entry) };
    case 'api-call':
      return { ...model, apiCalls: model.apiCalls + 1 };
    case 'verdict':
      return { ...model, verdict: entry };
    case 'gate':
      // While it is open the view says so by itself.
      return {
        ...model,
        gate: entry,
        news: entry.state === 'opened' ? model.news : withNews(model, entry),
      };
    case 'measurement':
      return {
        ...model,
        measurements: withMeasurement(model.measurements, entry),
        conclusions: decides(entry, model.conclusions)
          ? withMeasurement(model.conclusions, entry)
          : model.conclusions,
      };
    case 'hook':
      return {
        ...model,
        hook: entry.state === 'started' ? entry : undefined,
        news: withNews(model, entry),
      };
    case 'task':
      return model;
  }
}

function withNews({ news }: RolloutModel, entry: NewsEntry): readonly NewsEntry[] {
  return [...news, entry].slice(-KEPT_NEWS);
}

/** A look that found nothing takes no place from one that decided. */
function decides(entry: MeasurementEntry, known: readonly MeasurementEntry[]): boolean {
  const former = known.find(({ check }) => check === entry.check);
  const conclusive = ({ outcome }: MeasurementEntry): boolean =>
    outcome === 'pass' || outcome === 'fail';
  return former === undefined || conclusive(entry) || !conclusive(former);
}

function withMeasurement(
  known: readonly MeasurementEntry[],
  entry: MeasurementEntry,
): readonly MeasurementEntry[] {
  return known.some(({ check }) => check === entry.check)
    ? known.map((each) => (each.check === entry.check ? entry : each))
    : [...known, entry];
}

/** The model of a whole record. */
export function foldRecord(entries: Iterable<RolloutEntry>): RolloutModel {
  let model = emptyRollout;
  for (const entry of entries) model = foldEntry(model, entry);
  return model;
}

function lower(
  lowest: RolloutModel['lowestHealthy'],
  { healthy, desired }: SampleEntry,
): RolloutModel['lowestHealthy'] {
  if (healthy === undefined || (lowest !== undefined && lowest.healthy <= healthy)) return lowest;
  return { healthy, desired };
}

/** Of the tasks that are desired; while two versions run there are more than those. */
export function ofDesired({
  healthy,
  desired,
}: NonNullable<RolloutModel['lowestHealthy']>): NonNullable<RolloutModel['lowestHealthy']> {
  return { healthy: Math.min(healthy, desired), desired };
}

/** True where a rollout brings no other definition: it was followed from within, or forced. */
export function isSameDefinition({ from, to }: RolloutModel): boolean {
  return to !== undefined && from?.taskDefinition === to.taskDefinition;
}

/** `web:7`: how people name a task definition's ARN. */
export function shortName(arn: string): string {
  return lastPart(arn);
}

/** `web:7 (team/web:2.0.0)`, with the container's name where there are several. */
export function revisionText({ taskDefinition, images }: RevisionReference): string {
  const shown = images.map(({ container, image }) =>
    images.length === 1 ? image : `${container} ${image}`,
  );
  return `${shortName(taskDefinition)}${shown.length === 0 ? '' : ` (${shown.join(', ')})`}`;
}
