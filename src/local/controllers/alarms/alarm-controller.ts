/**
 * Evaluates alarms on time, and at once when data comes in for a time that is over already. An alarm of whose metrics there is no
 * data rests until there is some, so that a virtual clock can come to rest.
 */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { IdSource } from '../../../base/ids.ts';
import { nextEvaluation, rangeEnd, rangeStarts } from '../../../scheduler/alarm/schedule.ts';
import { putState } from '../../cloudwatch/alarm-history.ts';
import type { Log } from '../../log.ts';
import { metricKey, type Alarm, type MetricDatapoint } from '../../state/cloudwatch-entities.ts';
import { StateWriteError, type Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import { hasData, metricsOf, rhythmOf, stateAfterEvaluation } from './evaluation.ts';

/** What it needs. */
export interface AlarmControllerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'hex'>;
  readonly log: Log;
}

/** What is published for a period comes a moment after the period is over. */
const DELAY_MS = 1_000;
/** After the state could not be written, the same is tried again this much later. */
const WRITE_RETRY_MS = 1_000;

/** Watches the alarms and their metrics. */
export class AlarmController {
  readonly #options: AlarmControllerOptions;
  /** When each alarm that does not rest is evaluated next (epoch ms), by its key. */
  readonly #due = new Map<string, number>();
  /** Keys of the alarms by the key of each metric that they look at. */
  readonly #watchers = new Map<string, Set<string>>();
  #timer: { readonly at: number; readonly timer: Timer } | undefined;
  #closed = false;

  constructor(options: AlarmControllerOptions) {
    this.#options = options;
  }

  /** Evaluates every alarm, then follows each change. */
  start(): void {
    const { store, clock } = this.#options;
    store.onChange((changes) => this.#follow(changes));
    for (const alarm of store.alarms.values()) {
      const key = `${alarm.region}/${alarm.alarmName}`;
      this.#watch(key, alarm);
      this.#due.set(key, clock.now());
    }
    this.#plan();
  }

  /** Evaluates nothing any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.timer.cancel();
  }

  #follow(changes: readonly Change[]): void {
    if (this.#closed) return;
    for (const { table, key, entity, former } of changes) {
      // The table says which type its entities have.
      if (table === 'alarms')
        this.#alarmChanged(key, entity as Alarm | undefined, former as Alarm | undefined);
      else if (table === 'metricDatapoints' && entity !== undefined)
        this.#published(entity as MetricDatapoint);
    }
    this.#plan();
  }

  #alarmChanged(key: string, alarm: Alarm | undefined, former: Alarm | undefined): void {
    if (alarm === undefined) {
      if (former !== undefined) this.#unwatch(key, former);
      this.#due.delete(key);
      return;
    }
    const now = this.#options.clock.now();
    if (former?.source !== alarm.source) {
      if (former !== undefined) this.#unwatch(key, former);
      this.#watch(key, alarm);
    }
    if (former?.configurationUpdatedAt !== alarm.configurationUpdatedAt) this.#bring(key, now);
    else if (former.stateUpdatedAt !== alarm.stateUpdatedAt)
      // Somebody may have set the state: it holds until the next evaluation.
      this.#bring(key, nextEvaluation(rhythmOf(alarm), now) + DELAY_MS);
  }

  #published({ metricId, at }: MetricDatapoint): void {
    const { store, clock } = this.#options;
    const [metric] = store.metrics.by('id', metricId);
    if (metric === undefined) return;
    const now = clock.now();
    for (const key of this.#watchers.get(metricKey(metric)) ?? []) {
      const alarm = store.alarms.get(key);
      if (alarm === undefined) continue;
      const rhythm = rhythmOf(alarm);
      const oldest = rangeStarts(rhythm, now).at(-1) ?? now;
      const isOver = at >= oldest && at < rangeEnd(rhythm, now);
      this.#bring(key, isOver ? now : nextEvaluation(rhythm, now) + DELAY_MS);
    }
  }

  /** Evaluates the alarm then, if not before. */
  #bring(key: string, at: number): void {
    this.#due.set(key, Math.min(at, this.#due.get(key) ?? Infinity));
  }

  #watch(key: string, alarm: Alarm): void {
    for (const metric of metricsOf(alarm)) {
      const watched = metricKey(metric);
      const keys = this.#watchers.get(watched) ?? new Set();
      this.#watchers.set(watched, keys.add(key));
    }
  }

  #unwatch(key: string, alarm: Alarm): void {
    for (const metric of metricsOf(alarm)) {
      const watched = metricKey(metric);
      const keys = this.#watchers.get(watched);
      keys?.delete(key);
      if (keys?.size === 0) this.#watchers.delete(watched);
    }
  }

  /** One timer, for the alarm that comes first. */
  #plan(): void {
    const { clock } = this.#options;
    const first = [...this.#due.values()].reduce((least, at) => Math.min(least, at), Infinity);
    if (this.#closed || first >= (this.#timer?.at ?? Infinity)) return;
    this.#timer?.timer.cancel();
    // Even what is due at once waits a turn: a transaction's other listeners hear of it before the next one begins.
    const timer = clock.setTimer(Math.max(0, first - clock.now()), () => this.#evaluateDue());
    this.#timer = { at: first, timer };
  }

  #evaluateDue(): void {
    const { store, clock, log } = this.#options;
    this.#timer = undefined;
    const now = clock.now();
    const due = [...this.#due].filter(([, at]) => at <= now).map(([key]) => key);
    // Set before, so that what the listeners bring forward while this is written is not lost.
    for (const key of due) this.#rest(key, now);
    try {
      store.transaction(() => {
        for (const key of due) this.#evaluate(key, now);
      });
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('the states of alarms could not be written; it is tried again', { error });
      for (const key of due) this.#due.set(key, now + WRITE_RETRY_MS);
    }
    this.#plan();
  }

  /** Plans the next evaluation, where time alone can change anything. */
  #rest(key: string, now: number): void {
    const { store } = this.#options;
    const alarm = store.alarms.get(key);
    this.#due.delete(key);
    if (alarm !== undefined && hasData(store, alarm, now))
      this.#due.set(key, nextEvaluation(rhythmOf(alarm), now) + DELAY_MS);
  }

  #evaluate(key: string, now: number): void {
    const { store } = this.#options;
    const alarm = store.alarms.get(key);
    if (alarm === undefined) return;
    const next = stateAfterEvaluation(store, alarm, now);
    if (next !== undefined) putState(this.#options, alarm, next, now);
  }
}
