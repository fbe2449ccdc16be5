/** What a deploy changes about a service under the EXTERNAL controller beside its task sets. */
import { describe, expect, it } from 'vitest';
import type { DeployRequest } from '../../../src/deploy/commands/deploy.ts';
import { FakeAws } from '../fake-aws.ts';
import { definition, playDeploy } from '../play.ts';

/** A service whose primary task set runs web:6. */
function external(): FakeAws {
  const aws = new FakeAws();
  const set = {
    ...{ id: 'ecs-svc/6', status: 'PRIMARY', taskDefinition: definition(6) },
    ...{ scale: { value: 100, unit: 'PERCENT' }, launchType: 'FARGATE' },
  };
  Object.assign(aws.service, {
    ...{ deploymentController: { type: 'EXTERNAL' }, taskSets: [set], deployments: [] },
    deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
  });
  aws.own.set('DescribeTaskSets', () => ({ taskSets: [set] }));
  aws.own.set('TagResource', () => ({}));
  return aws;
}

const SAME: Partial<DeployRequest> = { images: ['team/web:1.0.0'] };
const asked = (value: object): Partial<DeployRequest> => ({
  ...SAME,
  serviceDefinition: { kind: 'inline', value: { ...value } },
});

describe('a deploy to a service of task sets', () => {
  it('changes settings and tags that differ, and says each, from and to', async () => {
    const aws = external();
    const { result } = await playDeploy(
      aws,
      asked({
        ...{ desiredCount: 2, propagateTags: 'SERVICE', launchType: 'EC2' },
        tags: [{ key: 'team', value: 'shop' }],
      }),
    );
    expect(result).toMatchObject({
      ...{ verdict: 'no-change', exitCode: 0 },
      changed: [
        'tag team: (not set) → shop',
        'propagateTags: (not set) → SERVICE',
        'desiredCount: 4 → 2',
      ],
      cause: ['no rollout was needed to change propagateTags, desiredCount, tag team'],
    });
    const updates = aws.calls.filter(({ operation }) => operation === 'UpdateService');
    expect(updates.map(({ input }) => input)).toStrictEqual([
      { cluster: 'prod', service: 'web', propagateTags: 'SERVICE', desiredCount: 2 },
    ]);
    expect(aws.count('CreateTaskSet')).toBe(0);
  });

  it('changes what options ask for', async () => {
    const aws = external();
    const { result } = await playDeploy(aws, { ...SAME, desiredCount: 6 });
    expect(result).toMatchObject({ verdict: 'no-change', changed: ['desiredCount: 4 → 6'] });
    expect(aws.service['desiredCount']).toBe(6);
  });

  it('changes nothing where nothing differs', async () => {
    const aws = external();
    const { result } = await playDeploy(aws, { ...asked({ desiredCount: 4 }), desiredCount: 4 });
    expect(result).toMatchObject({ verdict: 'no-change', changed: [], cause: [] });
    expect(aws.count('UpdateService')).toBe(0);
  });

  it.each<[string, Partial<DeployRequest>, RegExp]>([
    [
      'a file',
      asked({ deploymentConfiguration: { maximumPercent: 150 } }),
      /another deploymentConfiguration than the service has, and ECS cannot change it under the deployment controller EXTERNAL/,
    ],
    [
      'an option',
      { ...SAME, enableExecuteCommand: true },
      /another enableExecuteCommand than the service has, and ECS cannot change it under/,
    ],
  ])('refuses what ECS does not change there, of %s', async (_, request, message) => {
    const aws = external();
    const { result } = await playDeploy(aws, request);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2, changed: [] });
    expect(result.error?.message).toMatch(message);
    expect(aws.count('UpdateService')).toBe(0);
  });
});
