/** Single strokes of bad luck, each at the worst moment. */
import { describe, expect, it } from 'vitest';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { cut, refusing } from './bad-api.ts';
import { cloudWatchCheck, httpCheck, ratioCheck } from './checks.ts';
import type { Layer, SdkAnswer } from './virtual-clients.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

const OK: typeof fetch = () => Promise.resolve(new Response('{}', { status: 200 }));
const WEB = { change: { fetch: OK } };

const ROLLING: StrategyWish = {
  ...STRATEGY,
  ...{ type: 'rolling', steps: [], stepBakeMs: undefined, finalBakeMs: undefined },
};
const CANARY = { strategy: STRATEGY, analysis: [httpCheck()] };

const statuses = async (deploys: VirtualDeploys): Promise<readonly unknown[]> =>
  (await deploys.world.scenario.rollouts()).slice(0, -1).map(({ status }) => status);

const UNCHANGED = /nothing was changed|the service was not changed|nothing else was changed/;

/** All that is otherwise than before a deploy that began no rollout. */
async function leftBy(deploys: VirtualDeploys): Promise<readonly string[]> {
  const { ecs } = deploys.world.scenario;
  const { tags } = await deploys.state();
  return [
    ...(ecs.store.taskDefinitions.size > 3 ? ['app:4 was registered'] : []),
    ...tags.map((tag) => `the service carries the tag ${tag}`),
  ];
}

/** Answers an operation as the last time, from the moment that `since` says and for so long. */
function behind(
  { clock }: VirtualDeploys['world']['scenario']['ecs'],
  operation: string,
  forMs: number,
): { readonly begin: () => void; readonly layer: Layer } {
  let last: SdkAnswer | undefined;
  let until = -Infinity;
  return {
    begin: () => (until = clock.now() + forMs),
    layer: async (request, send) => {
      if (request.operation !== operation) return send();
      if (clock.now() < until && last !== undefined) return last;
      return (last = await send());
    },
  };
}

describe('an UpdateService whose answer is lost', () => {
  it.each([0, 1000, 6000])(
    'is not sent again while DescribeServices is %d ms behind: a forced deployment would begin twice',
    async (behindMs) => {
      const deploys = await VirtualDeploys.start({}, { strategy: 'ROLLING' });
      const stale = behind(deploys.world.scenario.ecs, 'DescribeServices', behindMs);
      let lost = false;
      const layer: Layer = async (request, send) => {
        if (request.operation !== 'UpdateService' || lost) return stale.layer(request, send);
        lost = true;
        await send();
        stale.begin();
        throw cut();
      };
      const { result } = await deploys.deploy(
        'app:2.0.0',
        { strategy: ROLLING, forceNewDeployment: true },
        { layer },
      );
      expect(result).toMatchObject({ verdict: 'succeeded' });
      expect(await statuses(deploys)).toStrictEqual(['SUCCESSFUL']);
    },
  );

  it('is sent again when it never arrived', async () => {
    const deploys = await VirtualDeploys.start({}, { strategy: 'ROLLING' });
    let left = 2;
    const layer: Layer = (request, send) =>
      request.operation === 'UpdateService' && left-- > 0 ? Promise.reject(cut()) : send();
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { strategy: ROLLING, forceNewDeployment: true },
      { layer },
    );
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(await statuses(deploys)).toStrictEqual(['SUCCESSFUL']);
  });
});

describe('the gate of a rollout that has ended', () => {
  it('is taken out though the list still shows the rollout under way', async () => {
    const deploys = await VirtualDeploys.start();
    const layer: Layer = async ({ operation }, send) => {
      const answer = await send();
      return operation === 'ListServiceDeployments'
        ? {
            ...answer,
            body: answer.body.replace('"status":"SUCCESSFUL"', '"status":"IN_PROGRESS"'),
          }
        : answer;
    };
    const listing: Layer = (request, send) =>
      // The first list is the history: nothing runs then.
      deploys.world.scenario.ecs.store.serviceDeployments.size < 2 ? send() : layer(request, send);
    const { result } = await deploys.deploy('app:2.0.0', CANARY, { ...WEB, layer: listing });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(await deploys.state()).toMatchObject({ hooks: 0, tags: [] });
  });
});

/** Operations that a deploy with a gate sends, and what it costs when one of them is refused. */
const ESSENTIAL = [
  'DescribeServices',
  'DescribeTaskDefinition',
  'ListServiceDeployments',
  'RegisterTaskDefinition',
  'TagResource',
  'UpdateService',
  'DescribeServiceDeployments',
  'ContinueServiceDeployment',
];

describe('AccessDenied', () => {
  const message = 'User: arn:aws:iam::123456789012:user/ann is not authorized';

  it.each(ESSENTIAL)('on %s ends the deploy at once, naming the permission', async (operation) => {
    const deploys = await VirtualDeploys.start();
    const { ecs } = deploys.world.scenario;
    let refusedAt: number | undefined;
    const layer = refusing(
      (asked) => {
        if (asked === operation) refusedAt ??= ecs.clock.monotonic();
        return asked === operation;
      },
      'AccessDeniedException',
      message,
    );
    const { result, entries } = await deploys.deploy('app:2.0.0', CANARY, { ...WEB, layer });
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result?.cause[0]).toMatch(`not allowed: ecs:${operation}`);
    expect(result?.next[0]).toMatch(`"ecs:${operation}"`);
    expect(ecs.clock.monotonic() - (refusedAt ?? 0)).toBeLessThan(1000);
    // What is left behind is said.
    const began = (await statuses(deploys)).length > 0;
    const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.code] : []));
    expect(result?.cause.at(-1)).toMatch(began ? /the rollout goes on/ : UNCHANGED);
    if (!began) expect(result?.changed).toStrictEqual(await leftBy(deploys));
    const { tags } = await deploys.state();
    expect(tags.length === 0 || began || told.includes('gate-left')).toBe(true);
    // Nobody goes on with it: ECS itself goes back.
    await deploys.untilRest();
    expect(await deploys.state()).toMatchObject({ tasks: ['app:1'], weights: { blue: 100 } });
  });

  it.each(['ListTasks', 'DescribeTasks', 'DescribeTargetHealth', 'DescribeServiceRevisions'])(
    'on %s costs a detail, which is said, and not the rollout',
    async (operation) => {
      const deploys = await VirtualDeploys.start();
      const layer = refusing((asked) => asked === operation, 'AccessDeniedException', message);
      const { result, entries } = await deploys.deploy('app:2.0.0', {}, { layer });
      expect(result).toMatchObject({ verdict: 'succeeded' });
      const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
      expect(told.filter((each) => each.includes(operation)).length).toBeGreaterThan(0);
    },
  );

  const GROUPS = ['DescribeServiceRevisions', 'DescribeTargetGroups'];
  it.each(GROUPS)(
    'on %s ends no deploy whose checks do not measure target groups',
    async (operation) => {
      const deploys = await VirtualDeploys.start();
      const layer = refusing((asked) => asked === operation, 'AccessDeniedException', message);
      const analysis = [httpCheck({ moments: ['test', 'production'] }), cloudWatchCheck(false)];
      const { result } = await deploys.deploy('app:2.0.0', { analysis }, { ...WEB, layer });
      expect(result).toMatchObject({ verdict: 'succeeded' });
    },
  );

  it.each(GROUPS)('on %s is said where metric math would know more by it', async (operation) => {
    const deploys = await VirtualDeploys.start();
    const layer = refusing((asked) => asked === operation, 'AccessDeniedException', message);
    const { result, entries } = await deploys.deploy(
      'app:2.0.0',
      { analysis: [cloudWatchCheck(true)] },
      { ...WEB, layer },
    );
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
    expect(told.filter((each) => /target groups.*:Describe/.test(each))).toHaveLength(1);
  });

  it.each(GROUPS)('on %s ends a deploy that measures target groups', async (operation) => {
    const deploys = await VirtualDeploys.start();
    const layer = refusing((asked) => asked === operation, 'AccessDeniedException', message);
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { analysis: [httpCheck(), ratioCheck()] },
      { ...WEB, layer },
    );
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result?.cause[0]).toMatch(operation);
  });

  it.each(['UntagResource', 'UpdateService'])(
    'on %s afterwards leaves the gate, and says so',
    async (operation) => {
      const deploys = await VirtualDeploys.start();
      let asked = 0;
      const layer = refusing(
        (each) => each === operation && ++asked > (operation === 'UpdateService' ? 1 : 0),
        'AccessDeniedException',
        message,
      );
      const { result, entries } = await deploys.deploy('app:2.0.0', CANARY, { ...WEB, layer });
      expect(result).toMatchObject({ verdict: 'succeeded' });
      const left = entries.find((entry) => entry.kind === 'event' && entry.code === 'gate-left');
      expect(left).toMatchObject({ message: expect.stringContaining(operation) as string });
    },
  );
});

describe('an interruption after the end of a rollout', () => {
  it('takes nothing from its verdict, and says that the gate is left', async () => {
    const deploys = await VirtualDeploys.start();
    const controller = new AbortController();
    let asked = 0;
    const { result, entries } = await deploys.deploy('app:2.0.0', CANARY, {
      ...WEB,
      layer: ({ operation }, send) => {
        if (operation === 'UpdateService' && ++asked > 1) {
          controller.abort(new Interruption('SIGINT'));
        }
        return send();
      },
      change: { ...WEB.change, signal: controller.signal },
    });
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(
      entries.filter((entry) => entry.kind === 'event' && entry.code === 'gate-left'),
    ).toHaveLength(1);
  });
});

describe('credentials that expire', () => {
  it('end the deploy at once, whichever call they fail at; what is left is said, and ECS goes back', async () => {
    const whole = await VirtualDeploys.start();
    const { client } = await whole.deploy('app:2.0.0', CANARY, WEB);
    const seen = new Set<string>();
    for (let at = 1; at <= client.sent.length; at++) {
      const deploys = await VirtualDeploys.start();
      const { ecs } = deploys.world.scenario;
      let expiredAt: number | undefined;
      const layer = refusing(
        (_, number) => {
          if (number >= at) expiredAt ??= ecs.clock.monotonic();
          return number >= at;
        },
        'ExpiredTokenException',
        'The security token included in the request is expired',
      );
      const { result } = await deploys.deploy('app:2.0.0', CANARY, { ...WEB, layer });
      const where = `from call ${at}, ${client.sent[at - 1] ?? ''}: ${JSON.stringify(result?.cause)}`;
      expect(ecs.clock.monotonic() - (expiredAt ?? 0), where).toBeLessThan(20_000);
      seen.add(result?.verdict ?? '');
      const began = (await statuses(deploys)).length > 0;
      if (result?.verdict === 'error') {
        expect(result.cause[0], where).toMatch(/does not accept the credentials/);
        expect(result.cause.at(-1), where).toMatch(began ? /the rollout goes on/ : UNCHANGED);
        if (!began) expect(result.changed, where).toStrictEqual(await leftBy(deploys));
      } else {
        expect(result?.verdict, where).toBe('succeeded');
      }
      await deploys.untilRest();
      const { tasks, definition } = await deploys.state();
      expect(tasks, where).toStrictEqual([definition]);
    }
    expect(seen).toStrictEqual(new Set(['error', 'succeeded']));
  });
});
