/**
 * Traffic by weights. How soon a request is served by the weights that ModifyRule gave, seen by a client that asks all the time,
 * against one request's own round trip; and how many requests a second go through two weighted target groups, against one
 * group with the same two targets. Run alone by `node bench/traffic-weights.ts`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  CreateRuleCommand,
  ModifyRuleCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Client } from 'undici';
import { WorkerDataPlane } from '../src/local/balancer/worker-data-plane.ts';
import { startControlPlane, type ControlPlaneProcess } from '../test/system/killable.ts';
import {
  createExternalService,
  createTaskSet,
  createWeightedListener,
  untilSteady,
  type WeightedListener,
} from '../test/system/task-set-service.ts';
import { freePort, makeFolders } from '../test/system/world.ts';
import { benchListener, benchTargetGroup } from './balancer-config.ts';
import { CLIENT, requestRate } from './request-rate.ts';
import { median, ratios, summary } from './series.ts';

const SHIFTS = 40;
const GOAL_MS = 50;
const ROUNDS = 15;
const SECONDS = 1;
const GOAL_RATE = 0.95;

/** Runs the bench and prints the medians and their ratios. */
export async function run(): Promise<void> {
  await measureShifts();
  await measureThroughput();
}

async function measureShifts(): Promise<void> {
  const folders = makeFolders();
  const controlPlane = await startControlPlane(folders);
  try {
    const listener = await createWeightedListener(controlPlane);
    await createExternalService(controlPlane, 1);
    const blue = await createTaskSet(controlPlane, 'app:blue', listener.blue);
    const green = await createTaskSet(controlPlane, 'app:green', listener.green);
    await untilSteady(controlPlane, [blue, green]);
    const shifts = await shiftToAndFro(controlPlane, listener);
    const fromCall = shifts.map((each) => each.fromCall);
    const fromAnswer = shifts.map((each) => each.fromAnswer);
    const roundTrips = shifts.map((each) => each.roundTrip);
    console.log(
      `traffic weights: the first request by the weights of ModifyRule was answered ${summary(fromAnswer, 1)} ms after its ` +
        `answer and ${summary(fromCall, 1)} ms after its call, medians of ${SHIFTS}, goal under ${GOAL_MS} ms from the answer; ` +
        `from the call that is ${(median(fromCall) / median(roundTrips)).toFixed(1)} times the ${summary(roundTrips, 1)} ms ` +
        `that a request takes`,
    );
  } finally {
    await controlPlane.end('SIGTERM');
    folders.remove();
  }
}

/** Milliseconds. */
interface Shift {
  /** Below zero: such a request was answered before ModifyRule was. */
  readonly fromAnswer: number;
  readonly fromCall: number;
  /** Of a request, in the middle. */
  readonly roundTrip: number;
}

async function shiftToAndFro(
  { elbv2 }: ControlPlaneProcess,
  listener: WeightedListener,
): Promise<readonly Shift[]> {
  const { Rules: [rule] = [] } = await elbv2.send(
    new CreateRuleCommand({
      ...{ ListenerArn: listener.listenerArn, Priority: 1 },
      Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
      Actions: forward(listener, 100),
    }),
  );
  const client = new Client(new URL(listener.url).origin);
  const shifts: Shift[] = [];
  try {
    await answersUntil(client, 'blue');
    for (let shift = 0; shift < SHIFTS; shift++) {
      const [version, blueWeight] = shift % 2 === 0 ? ['green', 0] : ['blue', 100];
      const seen = answersUntil(client, version);
      const calledAt = performance.now();
      await elbv2.send(
        new ModifyRuleCommand({ RuleArn: rule?.RuleArn, Actions: forward(listener, blueWeight) }),
      );
      const answeredAt = performance.now();
      const { at, roundTrips } = await seen;
      shifts.push({
        fromAnswer: at - answeredAt,
        fromCall: at - calledAt,
        roundTrip: median(roundTrips),
      });
    }
  } finally {
    await client.close();
  }
  return shifts;
}

function forward({ blue, green }: WeightedListener, blueWeight: number): Action[] {
  return [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blue, Weight: blueWeight },
          { TargetGroupArn: green, Weight: 100 - blueWeight },
        ],
      },
    },
  ];
}

/** Asks again and again until the version answers; gives when that was. */
async function answersUntil(
  client: Client,
  version: string,
): Promise<{ readonly at: number; readonly roundTrips: readonly number[] }> {
  const roundTrips: number[] = [];
  for (;;) {
    const begin = performance.now();
    const { headers, statusCode, body } = await client.request({ path: '/', method: 'GET' });
    await body.dump();
    const at = performance.now();
    if (statusCode !== 200) throw new Error(`answered with ${statusCode}`);
    roundTrips.push(at - begin);
    if (headers['x-app-version'] === version) return { at, roundTrips };
  }
}

async function measureThroughput(): Promise<void> {
  const targets = [startTarget(), startTarget()];
  const plane = new WorkerDataPlane();
  try {
    const ports = await Promise.all(targets.map(portOf));
    plane.putTargetGroup(benchTargetGroup('both', ports));
    plane.putTargetGroup(benchTargetGroup('blue', ports.slice(0, 1)));
    plane.putTargetGroup(benchTargetGroup('green', ports.slice(1)));
    const [onePort, twoPort] = [await freePort(), await freePort()];
    await plane.putListener(benchListener('one', onePort, ['both']));
    await plane.putListener(benchListener('two', twoPort, ['blue', 'green']));
    const rate = async (port: number, seconds: number): Promise<number> => {
      const request = Buffer.from(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      return (await requestRate(port, [request], seconds)).perSecond;
    };
    for (const port of [onePort, twoPort]) await rate(port, 1);
    const [one, two]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      one.push(await rate(onePort, SECONDS));
      two.push(await rate(twoPort, SECONDS));
    }
    console.log(
      `traffic weights: ${summary(two, 0)} req/s through two weighted target groups against ${summary(one, 0)} req/s through ` +
        `one with the same targets, ${CLIENT}, medians of ${ROUNDS}: ${summary(ratios(two, one), 2)} of it, goal at least ${GOAL_RATE}`,
    );
  } finally {
    await plane.close();
    await Promise.all(targets.map(ended));
  }
}

function startTarget(): ChildProcess {
  return spawn(process.execPath, [new URL('./fixed-answer.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('the target has no output');
  const [line] = (await once(stdout, 'data')) as [Buffer];
  return Number(line.toString());
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

if (import.meta.main) await run();
