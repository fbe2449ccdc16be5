/** Plays the deployer's commands against the scripted endpoint, in virtual time. */
import { seededRandom } from '../../src/base/random.ts';
import { deploy, type DeployRequest } from '../../src/deploy/commands/deploy.ts';
import type { RolloutResult } from '../../src/deploy/verdict/ending.ts';
import type { DeployDependencies } from '../../src/deploy/session/session.ts';
import type { RolloutEntry } from '../../src/record/entries.ts';
import { ARN, type FakeAws } from './fake-aws.ts';
import { clientsOf } from './fake-endpoint.ts';

export const definition = (revision: number): string => `${ARN}:task-definition/web:${revision}`;

/** A story: every task of the new revision exits. */
export const crashing = (aws: FakeAws): void => {
  aws.logs = ['starting', 'cannot reach the database with correct-horse-battery'];
  for (let n = 1; n <= 4; n++) aws.after(n * 4000, () => aws.addDeadTask(7, 1));
};

/** What a command left behind. */
export interface Played {
  readonly result: RolloutResult;
  readonly entries: readonly RolloutEntry[];
  /** Messages of all events. */
  readonly told: readonly string[];
}

/** Plays a command through in virtual time. */
export async function play(
  aws: FakeAws,
  command: (dependencies: DeployDependencies) => Promise<RolloutResult>,
  change: Partial<DeployDependencies> = {},
): Promise<Played> {
  const entries: RolloutEntry[] = [];
  const clients = await clientsOf(aws);
  let result: RolloutResult | undefined;
  let failure: unknown;
  command({
    clients,
    clock: aws.clock,
    random: seededRandom(2),
    sinks: [(entry) => entries.push(entry)],
    tool: { name: 'fairlead', version: '0.0.0' },
    readFile: () => Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' })),
    listFolder: () => Promise.resolve([]),
    ...change,
  }).then(
    (value) => (result = value),
    (error: unknown) => (failure = error),
  );
  await aws.clock.runUntil(() => result !== undefined || failure !== undefined, 7_200_000);
  if (result === undefined) throw failure;
  const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
  return { result, entries, told };
}

/** Plays `deploy --image team/web:2.0.0`, or what the change says. */
export function playDeploy(
  aws: FakeAws,
  request: Partial<DeployRequest> = {},
  change: Partial<DeployDependencies> = {},
): Promise<Played> {
  const whole: DeployRequest = {
    cluster: 'prod',
    service: 'web',
    images: ['team/web:2.0.0'],
    timeoutMs: 900_000,
    wait: true,
    rollback: true,
    allowMutableTag: false,
    ...request,
  };
  return play(aws, (dependencies) => deploy(whole, dependencies), change);
}
