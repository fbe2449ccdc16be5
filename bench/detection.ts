/**
 * How soon `fairlead deploy` knows that a rolling update of 10 tasks has ended, and how many calls that costs, beside
 * `aws ecs wait services-stable` on the same rollouts, started right after UpdateService. Run alone by `node bench/detection.ts`.
 *
 * Programs as users start them against a local ECS whose tasks are simulated in real time: pulls, starts and health of each task
 * are drawn at random, and so is the time that old ones take to end. Delay is the time from `finishedAt` of the service deployment to the
 * end of the program, by the same clock. A call is anything that was sent to AWS, the first and the last included.
 */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/base/clock.ts';
import { startLocalEcs, type LocalEcs } from '../src/local/index.ts';
import { awsCli } from '../test/requirements.ts';
import { createBalancer } from '../test/system/balanced-service.ts';
import { clientsOf, freePort, until, type Clients } from '../test/system/world.ts';
import { summary } from './series.ts';

const TASKS = 10;
/** Rollouts that run side by side; each begins at a time of its own, so that they do not go in step. */
const ROUNDS = 5;
const APART_MS = 2700;
const CLUSTER = 'bench';
const GOALS = 'goals under 2 s and at most 0.5 calls a second';
const FAIRLEAD = fileURLToPath(new URL('../src/cli/bin.ts', import.meta.url));

/** How a service is rolled, and what its tasks take. */
interface Kind {
  readonly name: string;
  readonly maximumPercent: number;
  readonly pullMs: [number, number];
  readonly healthyAfterMs: [number, number];
  readonly checkSeconds: number;
  readonly stopMs: [number, number];
}

const KINDS: readonly Kind[] = [
  {
    ...{ name: 'quick', maximumPercent: 200, pullMs: [2000, 5000], healthyAfterMs: [1000, 4000] },
    ...{ checkSeconds: 5, stopMs: [1000, 4000] },
  },
  {
    ...{ name: 'usual', maximumPercent: 150, pullMs: [4000, 9000], healthyAfterMs: [3000, 8000] },
    ...{ checkSeconds: 10, stopMs: [5000, 15_000] },
  },
  {
    ...{ name: 'slow', maximumPercent: 150, pullMs: [15_000, 30_000] },
    ...{ healthyAfterMs: [5000, 15_000], checkSeconds: 15, stopMs: [15_000, 30_000] },
  },
];

/** One program on one rollout. */
interface Seen {
  /** Milliseconds from the end of the rollout to the end of the program. */
  readonly delayMs: number;
  readonly calls: number;
  /** Calls a second of the program's life. */
  readonly rate: number;
}

interface Round {
  readonly rolloutMs: number;
  readonly fairlead: Seen;
  readonly aws: Seen | undefined;
}

/** Runs the bench and prints medians and ranges. */
export async function run(): Promise<void> {
  if (awsCli === undefined) console.log('detection: there is no AWS CLI here to compare with');
  for (const kind of KINDS) {
    const { pullMs, healthyAfterMs, stopMs } = kind;
    const local = await startLocalEcs({
      runtime: 'simulated',
      models: {
        'team/web:1.0.0': { pullMs: 100, startMs: 100, healthyAfterMs: 100, stopMs },
        '*': { pullMs, startMs: [300, 900], healthyAfterMs },
      },
    });
    const clients = clientsOf(local);
    try {
      const names = Array.from({ length: ROUNDS }, (_, round) => `${kind.name}-${round}`);
      await createServices(clients, kind, names);
      const rounds = await Promise.all(
        names.map(async (name, round) => {
          await systemClock.sleep(round * APART_MS);
          return roll(local, clients, name);
        }),
      );
      print(kind, rounds);
    } finally {
      clients.ecs.destroy();
      clients.elbv2.destroy();
      await local.close();
    }
  }
}

function print({ name, maximumPercent }: Kind, rounds: readonly Round[]): void {
  const seconds = (of: readonly number[]): string =>
    summary(
      of.map((each) => each / 1000),
      2,
    );
  const told = (who: string, all: readonly Seen[]): string =>
    `${who} ${seconds(all.map(({ delayMs }) => delayMs))} s after the end with ` +
    `${summary(
      all.map(({ calls }) => calls),
      0,
    )} calls, ${summary(
      all.map(({ rate }) => rate),
      2,
    )} a second`;
  const aws = rounds.flatMap((each) => each.aws ?? []);
  console.log(
    `detection, ${name}: ${TASKS} tasks, maximum ${maximumPercent} %, ${ROUNDS} rollouts of ` +
      `${seconds(rounds.map(({ rolloutMs }) => rolloutMs))} s: ` +
      [
        told(
          'fairlead deploy',
          rounds.map(({ fairlead }) => fairlead),
        ),
        ...(aws.length === 0 ? [] : [told('aws ecs wait services-stable', aws)]),
      ].join('; ') +
      `; ${GOALS}`,
  );
}

async function createServices(
  clients: Clients,
  kind: Kind,
  names: readonly string[],
): Promise<void> {
  const { ecs, elbv2 } = clients;
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  for (const name of names) {
    const { targetGroupArn } = await createBalancer(clients, name, await freePort());
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family: name, networkMode: 'awsvpc', cpu: '256', memory: '512' },
        containerDefinitions: [
          { name: 'web', image: 'team/web:1.0.0', portMappings: [{ containerPort: 8080 }] },
        ],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        ...{ cluster: CLUSTER, serviceName: name, taskDefinition: name, desiredCount: TASKS },
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        deploymentConfiguration: {
          minimumHealthyPercent: 100,
          maximumPercent: kind.maximumPercent,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
        healthCheckGracePeriodSeconds: 300,
        loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
      }),
    );
  }
  for (const name of names) await until(() => newest(clients, name), hasFinished);
  // Only what is measured takes its time.
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
  for (const { TargetGroupArn } of TargetGroups) {
    await elbv2.send(
      new ModifyTargetGroupCommand({
        TargetGroupArn,
        HealthCheckIntervalSeconds: kind.checkSeconds,
      }),
    );
  }
}

async function newest({ ecs }: Clients, service: string) {
  const { serviceDeployments: [brief] = [] } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster: CLUSTER, service }),
  );
  const { serviceDeployments: [rollout] = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({
      serviceDeploymentArns: [brief?.serviceDeploymentArn ?? ''],
    }),
  );
  return rollout;
}

const hasFinished = (rollout: Awaited<ReturnType<typeof newest>>): boolean =>
  rollout?.finishedAt !== undefined;

/** One rollout with both programs at it. */
async function roll(local: LocalEcs, clients: Clients, service: string): Promise<Round> {
  const begun = systemClock.now();
  const deploy = startProgram(
    [
      ...[process.execPath, FAIRLEAD, 'deploy', '--cluster', CLUSTER, '--service', service],
      ...['--image', 'team/web:2.0.0', '--log-format', 'json', '--output', 'json'],
    ],
    local,
  );
  let waiter: ReturnType<typeof startProgram> | undefined;
  let waitedSince = 0;
  deploy.onLine((line) => {
    if (waiter !== undefined || awsCli === undefined || !line.includes('"code":"started"')) return;
    waitedSince = systemClock.now();
    waiter = startProgram(
      [
        ...[awsCli, '--debug', '--endpoint-url', local.url, 'ecs', 'wait', 'services-stable'],
        ...['--cluster', CLUSTER, '--services', service],
      ],
      local,
    );
  });
  const deployed = await deploy.ended;
  const result = JSON.parse(deployed.stdout) as {
    readonly verdict: string;
    readonly apiCalls: { readonly total: number };
  };
  if (result.verdict !== 'succeeded') throw new Error(`the deploy ended ${deployed.stdout}`);
  const rollout = await newest(clients, service);
  const finishedAt = rollout?.finishedAt?.getTime() ?? 0;
  const seen = (since: number, at: number, calls: number): Seen => ({
    delayMs: at - finishedAt,
    calls,
    rate: (1000 * calls) / (at - since),
  });
  const waited = await waiter?.ended;
  return {
    rolloutMs: finishedAt - (rollout?.createdAt?.getTime() ?? 0),
    fairlead: seen(begun, deployed.at, result.apiCalls.total),
    aws:
      waited === undefined
        ? undefined
        : seen(waitedSince, waited.at, waited.stderr.split(AWS_CALL).length - 1),
  };
}

/** What the AWS CLI writes for each request with --debug. */
const AWS_CALL = 'Making request for OperationModel(name=DescribeServices)';

/** Starts a program, and tells what it said and when it ended. */
function startProgram(
  [program = '', ...args]: readonly string[],
  { environment }: Pick<LocalEcs, 'environment'>,
) {
  const { PATH = '' } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME: tmpdir(), AWS_PAGER: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const lines = createInterface(child.stderr);
  lines.on('line', (line) => (stderr += `${line}\n`));
  return {
    onLine: (listener: (line: string) => void) => lines.on('line', listener),
    ended: new Promise<{ readonly at: number; readonly stdout: string; readonly stderr: string }>(
      (resolve, reject) => {
        let at = 0;
        child.once('error', reject);
        child.once('exit', () => (at = systemClock.now()));
        child.once('close', (code) => {
          if (code === 0) resolve({ at, stdout, stderr });
          else reject(new Error(`${program} ended with ${String(code)}:\n${stdout}${stderr}`));
        });
      },
    ),
  };
}

if (import.meta.main) await run();
