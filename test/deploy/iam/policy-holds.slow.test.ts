/** What deploys really send, on the local ECS in virtual time, is allowed by the policy that is printed for them. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { abort } from '../../../src/deploy/commands/abort.ts';
import { deploy, type DeployRequest } from '../../../src/deploy/commands/deploy.ts';
import { iam } from '../../../src/deploy/commands/iam.ts';
import { rollback } from '../../../src/deploy/commands/rollback.ts';
import { wait } from '../../../src/deploy/commands/wait.ts';
import type { Configuration, Hook } from '../../../src/deploy/configuration/configuration.ts';
import type { PolicyDocument } from '../../../src/deploy/iam/policy.ts';
import type { DeployDependencies } from '../../../src/deploy/session/session.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import { NAME, STEPS, VirtualWorld } from '../task-sets/virtual-world.ts';
import { virtualClient } from '../task-sets/virtual-client.ts';
import { cloudWatchCheck, httpCheck, putTraffic, ratioCheck } from '../virtual/checks.ts';
import { STRATEGY, VirtualDeploys } from '../virtual/virtual-deploy.ts';
import { questionsOf, recordRequests, refused, type Place, type SentRequest } from './evaluate.ts';

const configuration = (change: Partial<Configuration>): Configuration => ({
  region: undefined,
  cluster: 'shop',
  service: 'web',
  taskDefinition: undefined,
  serviceDefinition: undefined,
  images: new Map(),
  strategy: undefined,
  analysis: [],
  hooks: { before: [], after: [] },
  tags: 'immutable',
  onCancel: 'detach',
  timeoutMs: undefined,
  ...change,
});

/** Requests that the policy does not allow, with the resources that it misses. */
function missing(
  policy: PolicyDocument,
  sent: readonly SentRequest[],
  place: Pick<Place, 'cluster' | 'service'>,
): readonly string[] {
  const where = { region: 'eu-west-1', accountId: '123456789012', ...place };
  const questions = sent.flatMap((request) => questionsOf(request, where));
  return [
    ...new Set(
      questions.flatMap((each) =>
        refused(policy, each).map((resource) => `${each.action} on ${resource}`),
      ),
    ),
  ];
}

const SHOP = { cluster: 'shop', service: 'web' };
const actionsOf = (sent: readonly SentRequest[]): ReadonlySet<string> =>
  new Set(sent.map(({ action }) => action));

/** The policy as `fairlead iam` prints it with the service at hand. */
async function policyOn(deploys: VirtualDeploys, of: Configuration): Promise<PolicyDocument> {
  const { clock } = deploys.world.scenario.ecs;
  return deploys.look(async (dependencies) => {
    const { policy } = await iam(
      { configuration: of, options: { run: false } },
      { readFile: () => Promise.reject(new Error('no file')), aws: { ...dependencies, clock } },
    );
    return policy;
  });
}

/** Runs commands one after the other and gives what they sent. */
async function sentBy(
  deploys: VirtualDeploys,
  ...commands: readonly ((dependencies: DeployDependencies) => Promise<RolloutResult>)[]
): Promise<readonly SentRequest[]> {
  const sent: SentRequest[] = [];
  for (const command of commands) {
    await deploys.run((dependencies) => {
      recordRequests(dependencies.clients, sent);
      return command(dependencies);
    });
    await deploys.untilRest();
  }
  return sent;
}

const ship =
  (request: Partial<DeployRequest>) =>
  (dependencies: DeployDependencies): Promise<RolloutResult> =>
    deploy(
      {
        ...SHOP,
        images: ['app:2.0.0'],
        allowMutableTag: false,
        wait: true,
        rollback: true,
        ...request,
      },
      dependencies,
    );

describe('the policy that fairlead iam prints is enough', () => {
  it('for a rolling service: deploy, roll back, wait', async () => {
    const deploys = await VirtualDeploys.start({}, { strategy: 'ROLLING' });
    const policy = await policyOn(deploys, configuration({}));
    const sent = await sentBy(
      deploys,
      ship({}),
      (dependencies) => rollback({ ...SHOP, wait: true }, dependencies),
      (dependencies) => wait(SHOP, dependencies),
    );
    expect(actionsOf(sent)).toContain('ecs:UpdateService');
    expect(missing(policy, sent, SHOP)).toEqual([]);
  });

  it('for a rollout that fails and is rolled back, and one that is aborted', async () => {
    const deploys = await VirtualDeploys.start(
      { models: { 'app:2.0.0': { failToPull: true }, 'app:3.0.0': { pullMs: 3_600_000 } } },
      { strategy: 'ROLLING' },
    );
    const policy = await policyOn(deploys, configuration({}));
    const sent = await sentBy(
      deploys,
      ship({}),
      ship({ images: ['app:3.0.0'], wait: false }),
      (dependencies) => abort({ ...SHOP, wait: true }, dependencies),
    );
    expect(actionsOf(sent)).toContain('ecs:StopServiceDeployment');
    expect(missing(policy, sent, SHOP)).toEqual([]);
  });

  it.each([
    ['http alone', [httpCheck({ moments: ['test', 'production'] })]],
    ['a CloudWatch query', [cloudWatchCheck(false)]],
    ['metric math', [cloudWatchCheck(true)]],
  ])('for a canary that measures by %s', async (_, analysis) => {
    const deploys = await VirtualDeploys.start();
    const policy = await policyOn(deploys, configuration({ strategy: STRATEGY, analysis }));
    const sent: SentRequest[] = [];
    const { result } = await deploys.run(
      (dependencies) => {
        recordRequests(dependencies.clients, sent);
        return ship({ strategy: STRATEGY, analysis })(dependencies);
      },
      { change: { fetch: () => Promise.resolve(new Response('', { status: 200 })) } },
    );
    expect(result?.verdict).toBe('succeeded');
    expect(missing(policy, sent, SHOP)).toEqual([]);
  });

  it('for a canary with gates and measurements', async () => {
    const deploys = await VirtualDeploys.start();
    putTraffic(deploys, {
      green: { requests: 500, errors: 0 },
      blue: { requests: 500, errors: 0 },
    });
    const analysis = [httpCheck(), ratioCheck()];
    const policy = await policyOn(deploys, configuration({ strategy: STRATEGY, analysis }));
    const sent: SentRequest[] = [];
    const { result } = await deploys.run(
      (dependencies) => {
        recordRequests(dependencies.clients, sent);
        return ship({ strategy: STRATEGY, analysis })(dependencies);
      },
      { change: { fetch: () => Promise.resolve(new Response('', { status: 200 })) } },
    );
    expect(result?.verdict).toBe('succeeded');
    expect([...actionsOf(sent)]).toEqual(
      expect.arrayContaining([
        'ecs:ContinueServiceDeployment',
        'ecs:TagResource',
        'ecs:UntagResource',
        'cloudwatch:GetMetricData',
      ]),
    );
    expect(missing(policy, sent, SHOP)).toEqual([]);
  });

  it('for hooks that run tasks', async () => {
    const deploys = await VirtualDeploys.start(
      { models: { 'app:2.0.0': { exit: { afterMs: 1000, exitCode: 0, chance: [true] } } } },
      { strategy: 'ROLLING' },
    );
    const migrate: Hook = {
      ...{ kind: 'run_task', task: 'app', command: undefined, oneWay: false, timeoutMs: 600_000 },
    };
    const hooks = { before: [migrate], after: [] };
    const policy = await policyOn(deploys, configuration({ hooks }));
    const sent = await sentBy(deploys, ship({ hooks }));
    expect(actionsOf(sent)).toContain('ecs:RunTask');
    expect(missing(policy, sent, SHOP)).toEqual([]);
    const without = await policyOn(deploys, configuration({}));
    expect(missing(without, sent, SHOP).join()).toContain('ecs:RunTask');
  });

  it('for task sets, whose listener it finds out', async () => {
    const world = await VirtualWorld.start();
    const { clock } = world.ecs;
    const { clients } = await virtualClient(world.ecs);
    const random = seededRandom(5);
    const place = { ...NAME, region: 'eu-west-1', accountId: '123456789012' };
    const { policy } = await track(
      world,
      iam(
        {
          configuration: configuration({ ...NAME, strategy: STEPS }),
          options: { run: false },
        },
        {
          readFile: () => Promise.reject(new Error('no file')),
          aws: { clients: world.clients, clock, random },
        },
      ),
    );
    const sent: SentRequest[] = [];
    recordRequests(clients, sent);
    const result = await track(
      world,
      deploy(
        {
          ...NAME,
          images: ['team/web:2.0.0'],
          allowMutableTag: false,
          wait: true,
          rollback: true,
          strategy: STEPS,
        },
        { clients, clock, random, sinks: [], tool: { name: 'fairlead', version: '0.0.0' } },
      ),
    );
    expect(result.verdict).toBe('succeeded');
    expect([...actionsOf(sent)]).toEqual(
      expect.arrayContaining(['ecs:CreateTaskSet', 'elasticloadbalancing:ModifyListener']),
    );
    expect(missing(policy, sent, place)).toEqual([]);
    const moving = policy.Statement.filter(({ Sid }) => Sid.startsWith('MoveTraffic'));
    expect(JSON.stringify(moving)).toContain(':listener/app/web/');
  });
});

/** Lets virtual time pass until it is done. */
async function track<T>({ ecs }: VirtualWorld, promise: Promise<T>): Promise<T> {
  let over = false;
  const done = promise.finally(() => (over = true));
  done.catch(() => undefined);
  await ecs.clock.runUntil(() => over, 24 * 3_600_000);
  return done;
}
