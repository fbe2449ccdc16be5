/**
 * The traps that deployers of ECS fall into, each with the test that we do not. Where a trap has a test of its own elsewhere,
 * it says where.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rollback } from '../../src/deploy/commands/rollback.ts';
import { seededRandom } from '../../src/base/random.ts';
import { GATE_TAG } from '../../src/deploy/observed/gate-mark.ts';
import { createSession } from '../../src/deploy/session/session.ts';
import { findTraffic, NO_TRAFFIC_WISH } from '../../src/deploy/task-sets/find-traffic.ts';
import { ARN, FakeAws, TARGET_GROUP, type Wire } from './fake-aws.ts';
import { clientsOf } from './fake-endpoint.ts';
import { play, playDeploy } from './play.ts';
import type { Layer } from './virtual/virtual-clients.ts';
import { STRATEGY, VirtualDeploys } from './virtual/virtual-deploy.ts';

const deploymentArn = (revision: number): string =>
  `${ARN}:service-deployment/prod/web/deployment${revision}`;

/** Lists so many at a time, as AWS may: a page ends where it likes. */
function inPages(aws: FakeAws, operation: string, member: string, size: number): void {
  const answer = aws.answer.bind(aws);
  aws.answer = (asked, input) => {
    const output = answer(asked, input);
    if (asked !== operation) return output;
    const all = (output as Record<string, unknown[]>)[member] ?? [];
    const from = Number(input['nextToken'] ?? 0);
    const next = from + size < all.length ? { nextToken: String(from + size) } : {};
    return { [member]: all.slice(from, from + size), ...next };
  };
}

// Clocks that are wrong: test/deploy/virtual/bad-api.slow.test.ts. An update that changes nothing: commands/deploy.test.ts.
describe('the service deployment to follow', () => {
  it('is not the one that the service still names right after the update', async () => {
    const aws = new FakeAws();
    aws.service['currentServiceDeployment'] = deploymentArn(6);
    aws.story = () => {
      aws.after(9000, () => (aws.service['currentServiceDeployment'] = deploymentArn(7)));
      aws.after(40_000, () => aws.complete());
    };
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'succeeded', serviceDeployment: deploymentArn(7) });
    expect(result.endedAt - result.startedAt).toBeGreaterThanOrEqual(40_000);
  });

  it('is found by the name that the service gives it, without a list', async () => {
    const aws = new FakeAws();
    aws.listedAfter = 0;
    aws.story = () => {
      aws.service['currentServiceDeployment'] = deploymentArn(7);
      aws.after(20_000, () => aws.complete());
    };
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'succeeded', serviceDeployment: deploymentArn(7) });
    // The one list is the history that is read before.
    expect(aws.count('ListServiceDeployments')).toBe(1);
  });
});

describe('one UpdateService a rollout', () => {
  it('carries definition, count and settings together: two would make two deployments', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.complete());
    const { result } = await playDeploy(aws, { desiredCount: 5, enableExecuteCommand: true });
    expect(result.verdict).toBe('succeeded');
    const updates = aws.calls.filter(({ operation }) => operation === 'UpdateService');
    expect(updates).toHaveLength(1);
    expect(updates[0]?.input).toMatchObject({
      ...{ taskDefinition: `${ARN}:task-definition/web:7`, desiredCount: 5 },
      enableExecuteCommand: true,
    });
  });
});

describe('native strategies accept few other members in the same update', () => {
  it('so a canary sends its definition and deployment configuration, and nothing else', async () => {
    const deploys = await VirtualDeploys.start();
    const sent: Wire[] = [];
    const layer: Layer = ({ operation, body }, send) => {
      if (operation === 'UpdateService') sent.push(JSON.parse(body) as Wire);
      return send();
    };
    const { result } = await deploys.deploy('app:2.0.0', { strategy: STRATEGY }, { layer });
    expect(result?.verdict).toBe('succeeded');
    expect(Object.keys(sent[0] ?? {}).toSorted()).toStrictEqual([
      ...['cluster', 'deploymentConfiguration', 'service', 'taskDefinition'],
    ]);
  });
});

// ROLLBACK_SUCCESSFUL is no success: verdict/judge.test.ts, commands/deploy-verdicts.test.ts.
describe('what looks like a success', () => {
  it('is one with early success while old tasks still go', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(10_000, () => (aws.newest().rollout['status'] = 'SUCCESSFUL'));
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(aws.service.deployments).toHaveLength(2);
  });

  it('is none in a service scaled to 0 before its own service deployment has succeeded', async () => {
    const aws = new FakeAws();
    Object.assign(aws.service, { desiredCount: 0, runningCount: 0 });
    aws.tasks = [];
    aws.service.deployments.forEach((each) => Object.assign(each, { runningCount: 0 }));
    aws.story = () => {
      const { deployment } = aws.newest();
      aws.service.deployments = [deployment];
      deployment['rolloutState'] = 'COMPLETED';
    };
    const { result } = await playDeploy(aws, { timeoutMs: 120_000 });
    expect(result).toMatchObject({ verdict: 'timed-out', exitCode: 5 });
  });
});

describe('old revisions', () => {
  it('are never deregistered: one of them may be what a rollback needs', () => {
    const folder = fileURLToPath(new URL('../../src/deploy', import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(100);
    const guilty = files.filter((name) =>
      /DeregisterTaskDefinition|DeleteTaskDefinitions/.test(
        readFileSync(join(folder, name), 'utf8'),
      ),
    );
    expect(guilty).toStrictEqual([]);
  });
});

describe('answers that come in pages', () => {
  it('are read to the end: 250 tasks, a hundred at most described at once', async () => {
    const aws = new FakeAws();
    aws.service['desiredCount'] = 250;
    inPages(aws, 'ListTasks', 'taskArns', 100);
    aws.story = () =>
      aws.after(30_000, () => {
        aws.complete();
        for (let n = 5; n <= 250; n++) aws.addTask(7);
        Object.assign(aws.service, { runningCount: 250 });
        Object.assign(aws.newest().deployment, { runningCount: 250, desiredCount: 250 });
      });
    const { result, entries } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(entries.findLast((entry) => entry.kind === 'sample')).toMatchObject({ healthy: 250 });
    const described = aws.calls.flatMap(({ operation, input }) =>
      operation === 'DescribeTasks' ? [(input['tasks'] as unknown[]).length] : [],
    );
    expect(Math.max(...described)).toBe(100);
  });

  it('are read to the end: the last success lies pages back in the history', async () => {
    const aws = new FakeAws();
    for (let n = 0; n < 30; n++) aws.rollouts.push(aws.rollout(100 + n, 'ROLLBACK_SUCCESSFUL'));
    inPages(aws, 'ListServiceDeployments', 'serviceDeployments', 4);
    const { result } = await play(aws, (dependencies) =>
      rollback({ cluster: 'prod', service: 'web', wait: false }, dependencies),
    );
    expect(result.verdict).toBe('started');
    const update = aws.calls.find(({ operation }) => operation === 'UpdateService');
    expect(update?.input['taskDefinition']).toBe(`${ARN}:task-definition/web:5`);
  });
});

describe('rules of a listener that come in pages', () => {
  it('are read to the end: the one that sends to blue is on the second', async () => {
    const aws = new FakeAws();
    const [blue, green, api] = ['blue', 'green', 'api'].map((name) =>
      TARGET_GROUP.replace('/web/', `/${name}/`),
    );
    const reply = (operation: string, content: string): string =>
      `<${operation}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${operation}Result>${content}</${operation}Result></${operation}Response>`;
    const rule = (name: string, groups: readonly (string | undefined)[]): string => {
      const tuples = groups.map(
        (arn, index) =>
          `<member><TargetGroupArn>${arn ?? ''}</TargetGroupArn><Weight>${index === 0 ? 1 : 0}</Weight></member>`,
      );
      return `<Rules><member><RuleArn>arn:rule:${name}</RuleArn><Priority>1</Priority><Actions><member><Type>forward</Type><ForwardConfig><TargetGroups>${tuples.join('')}</TargetGroups></ForwardConfig></member></Actions></member></Rules>`;
    };
    const pages = [`${rule('api', [api])}<NextMarker>2</NextMarker>`, rule('web', [blue, green])];
    aws.own.set('DescribeTargetGroups', () =>
      reply(
        'DescribeTargetGroups',
        `<TargetGroups><member><LoadBalancerArns><member>arn:front</member></LoadBalancerArns></member></TargetGroups>`,
      ),
    );
    const listeners = [
      '<NextMarker>2</NextMarker>',
      '<Listeners><member><ListenerArn>arn:listener</ListenerArn></member></Listeners>',
    ];
    aws.own.set('DescribeListeners', () => reply('DescribeListeners', listeners.shift() ?? ''));
    aws.own.set('DescribeRules', () => reply('DescribeRules', pages.shift() ?? ''));
    const session = createSession(
      'deploy',
      { cluster: 'prod', service: 'web' },
      {
        ...{ clients: await clientsOf(aws), clock: aws.clock, random: seededRandom(1), sinks: [] },
        tool: { name: 'fairlead', version: '0.0.0' },
      },
    );
    expect(await findTraffic(session, blue ?? '', NO_TRAFFIC_WISH)).toMatchObject({
      ...{ production: 'arn:rule:web', greenGroup: green },
    });
  });
});

describe('Terraform', () => {
  it('is told in the guide to leave alone what a deploy changes', () => {
    const guide = readFileSync(new URL('../../docs/guide/terraform.md', import.meta.url), 'utf8');
    const ignored = [...guide.matchAll(/ignore_changes = \[(.*)\]/g)].map(([, list]) => list);
    expect(ignored).toStrictEqual([
      'task_definition, deployment_configuration, tags["fairlead:gate"]',
      'default_action',
      'action',
    ]);
    // The tag is the one that a gate is marked by.
    expect(guide).toContain(`"${GATE_TAG}"`);
  });
});

// Waits of minutes, weights that are read back: task-sets/trouble.slow.test.ts, task-sets/deploy.slow.test.ts.
describe('a target group that is slow', () => {
  it('is waited for as long as the timeout says, not for some fixed minutes', async () => {
    const aws = new FakeAws();
    aws.service['loadBalancers'] = [
      { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 8080 },
    ];
    aws.story = () => aws.after(1_500_000, () => aws.complete());
    const { result } = await playDeploy(aws, { timeoutMs: 1_800_000 });
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
  });
});

describe('the SDK', () => {
  it('needs Node 22, and so do we', () => {
    const read = (path: string): { readonly engines: { readonly node: string } } =>
      JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as never;
    const major = ({ engines }: ReturnType<typeof read>): number =>
      Number(/\d+/.exec(engines.node)?.[0]);
    expect(major(read('../../package.json'))).toBeGreaterThanOrEqual(22);
    expect(major(read('../../package.json'))).toBeGreaterThanOrEqual(
      major(read('../../node_modules/@aws-sdk/client-ecs/package.json')),
    );
  });
});
