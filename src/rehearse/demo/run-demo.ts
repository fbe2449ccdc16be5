/** The demo: three rollouts and a rollback of a service under traffic, each judged by the deployer itself. */
import { deploy } from '../../deploy/commands/deploy.ts';
import type { RolloutResult } from '../../deploy/verdict/ending.ts';
import { rollback } from '../../deploy/commands/rollback.ts';
import type { DeployDependencies } from '../../deploy/session/session.ts';
import { versionFromHeader } from '../../load/answer-version.ts';
import {
  startLoad,
  type LoadFailure,
  type LoadReport,
  type LoadRun,
} from '../../load/start-load.ts';
import type { RolloutSink } from '../../record/recorder.ts';
import type { Verdict } from '../../record/verdict.ts';
import { DEMO, openDemoWorld, type DemoWorld, type DemoWorldOptions } from './demo-world.ts';

/** What the demo is run with. */
export interface DemoOptions extends DemoWorldOptions {
  /** Requests a second through the load balancer. */
  readonly ratePerSecond: number;
  readonly tool: DeployDependencies['tool'];
  /** Stops the demo; what it made is removed all the same. */
  readonly signal: AbortSignal;
  readonly stage: DemoStage;
}

/** Hears what happens, to show it. */
export interface DemoStage {
  /** The stage is ready: the load begins. */
  ready(facts: { readonly endpoint: string; readonly url: string }): void;
  /** An act begins; the sink gets its record. */
  act(act: DemoAct, load: LoadRun): RolloutSink;
  ended(act: DemoAct, result: RolloutResult): void;
}

/** One act: what is done and how it has to end. */
export interface DemoAct {
  /** Such as `deploy 2.0.0`. */
  readonly name: string;
  /** For people. */
  readonly about: string;
  readonly expected: Verdict;
}

/** What became of it all. */
export interface DemoReport {
  readonly acts: readonly { readonly act: DemoAct; readonly result: RolloutResult }[];
  readonly load: LoadReport;
  /** The first requests that failed. */
  readonly failures: readonly LoadFailure[];
  /** True when every verdict was the expected one and no request failed. */
  readonly passed: boolean;
}

interface ScriptedAct extends DemoAct {
  readonly play: (dependencies: DeployDependencies) => Promise<RolloutResult>;
}

const TIMEOUT_MS = 180_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Traffic before the first act and after the last, so that the table shows a steady state too. */
const LEAD_MS = 2_000;
const SHOWN_FAILURES = 5;

const name = { cluster: DEMO.cluster, service: DEMO.service };

const deployVersion = (version: string) => (dependencies: DeployDependencies) =>
  deploy(
    {
      ...name,
      images: [`${DEMO.image}:${version}`],
      allowMutableTag: false,
      forceNewDeployment: false,
      timeoutMs: TIMEOUT_MS,
      wait: true,
      rollback: true,
    },
    dependencies,
  );

const ACTS: readonly ScriptedAct[] = [
  {
    name: 'deploy 2.0.0',
    about: 'a good version takes over, task by task',
    expected: 'succeeded',
    play: deployVersion('2.0.0'),
  },
  {
    name: 'deploy 3.0.0',
    about: 'its tasks never get healthy: the circuit breaker trips and ECS rolls back',
    expected: 'rolled-back',
    play: deployVersion('3.0.0'),
  },
  {
    name: 'rollback',
    about: 'by command, to the revision before',
    expected: 'succeeded',
    play: (dependencies) => rollback({ ...name, timeoutMs: TIMEOUT_MS, wait: true }, dependencies),
  },
];

/** Runs it from the first task to the last; always takes everything down again. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const world = await openDemoWorld(options);
  try {
    return await play(world, options);
  } finally {
    await world.close();
  }
}

async function play(world: DemoWorld, options: DemoOptions): Promise<DemoReport> {
  const { clock, random, signal, stage, tool } = options;
  const failures: LoadFailure[] = [];
  const load = startLoad({
    url: world.url,
    ratePerSecond: options.ratePerSecond,
    timeoutMs: REQUEST_TIMEOUT_MS,
    versionOf: versionFromHeader('x-app-version'),
    clock,
    onFailure: (failure) => {
      if (failures.length < SHOWN_FAILURES) failures.push(failure);
    },
  });
  stage.ready({ endpoint: world.endpoint, url: world.url });
  const acts: { readonly act: DemoAct; readonly result: RolloutResult }[] = [];
  try {
    await clock.sleep(LEAD_MS, signal);
    for (const act of ACTS) {
      const sink = stage.act(act, load);
      const result = await act.play({
        clients: world.clients,
        clock,
        random,
        signal,
        tool,
        sinks: [sink],
        mode: 'rehearse',
      });
      stage.ended(act, result);
      acts.push({ act, result });
      if (signal.aborted) break;
    }
    await clock.sleep(LEAD_MS, signal);
  } catch (error) {
    await load.stop();
    throw error;
  }
  const report = await load.stop();
  const lost = report.sent - report.outcomes.ok;
  return {
    acts,
    load: report,
    failures,
    passed:
      lost === 0 &&
      acts.length === ACTS.length &&
      acts.every(({ act, result }) => result.verdict === act.expected),
  };
}
