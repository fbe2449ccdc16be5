import { beforeEach, describe, expect, it } from 'vitest';
import { deleteTaskDefinitions } from '../../../src/local/ecs/operations/delete-task-definitions.ts';
import { deregisterTaskDefinition } from '../../../src/local/ecs/operations/deregister-task-definition.ts';
import { describeTaskDefinition } from '../../../src/local/ecs/operations/describe-task-definition.ts';
import { expireTaskDefinitions } from '../../../src/local/ecs/expire-task-definitions.ts';
import {
  findActiveTaskDefinition,
  findTaskDefinition,
} from '../../../src/local/ecs/lookup/find-task-definition.ts';
import { listTaskDefinitionFamilies } from '../../../src/local/ecs/operations/list-task-definition-families.ts';
import { listTaskDefinitions } from '../../../src/local/ecs/operations/list-task-definitions.ts';
import { registerTaskDefinition } from '../../../src/local/ecs/operations/register-task-definition.ts';
import {
  contextOf,
  freshContext,
  refusalOf,
  storedService,
  storedTask,
  type FreshContext,
} from './fresh-context.ts';

const HOUR = 3_600_000;
const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/default';

let context: FreshContext;

beforeEach(() => {
  context = freshContext();
});

function register(family: string, times = 1): void {
  for (let time = 0; time < times; time++)
    registerTaskDefinition(
      { family, containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64 }] },
      context,
    );
}

function arn(name: string): string {
  return `arn:aws:ecs:eu-west-1:123456789012:task-definition/${name}`;
}

function deregister(name: string): void {
  deregisterTaskDefinition({ taskDefinition: name }, context);
}

function statusOf(name: string): string | undefined {
  return describeTaskDefinition({ taskDefinition: name }, context).taskDefinition?.status;
}

describe('finding a task definition', () => {
  beforeEach(() => {
    register('web', 12);
    deregister('web:12');
    deregister('web:11');
  });

  it.each([
    ['web', 10],
    ['web:3', 3],
    ['web:12', 12],
    [arn('web:3'), 3],
    [arn('web'), 10],
  ])('%s is revision %s', (reference, revision) => {
    expect(findTaskDefinition(reference, context)?.revision).toBe(revision);
  });

  it.each(['api', 'web:13', 'Web', arn('api:1')])('%s is none', (reference) => {
    expect(findTaskDefinition(reference, context)).toBeUndefined();
    expect(refusalOf(() => describeTaskDefinition({ taskDefinition: reference }, context))).toEqual(
      { code: 'ClientException', message: 'Unable to describe task definition.' },
    );
    expect(refusalOf(() => findActiveTaskDefinition(reference, context))).toEqual({
      code: 'ClientException',
      message: 'TaskDefinition not found.',
    });
  });

  it.each(['web:', 'web:0', 'web:01', 'web:bad', 'web:1:2', 'web:-1'])(
    '%s has no revision number',
    (reference) => {
      expect(refusalOf(() => findTaskDefinition(reference, context))).toEqual({
        code: 'InvalidParameterException',
        message: 'Invalid task definition: Invalid revision number.',
      });
    },
  );

  it('refuses ARNs of another region, account, service or kind', () => {
    const messageOf = (reference: string): string =>
      refusalOf(() => findTaskDefinition(reference, context)).message;
    expect(messageOf('arn:aws:ecs:us-east-1:123456789012:task-definition/web:1')).toBe(
      'Invalid Region in ARN',
    );
    expect(messageOf('arn:aws:ecs:eu-west-1:210987654321:task-definition/web:1')).toContain(
      'belongs to account 210987654321',
    );
    expect(messageOf('arn:aws:s3:::bucket')).toContain('is not an Amazon ECS ARN');
    expect(messageOf(CLUSTER)).toBe('Unsupported resource type: cluster');
  });

  it('finds nothing of another region', () => {
    expect(findTaskDefinition('web', contextOf(context.store, 'us-east-1'))).toBeUndefined();
  });

  it('gives inactive revisions to those that read and not to those that start tasks', () => {
    expect(statusOf('web:12')).toBe('INACTIVE');
    expect(refusalOf(() => findActiveTaskDefinition('web:12', context))).toEqual({
      code: 'ClientException',
      message: 'TaskDefinition is inactive',
    });
  });

  it('shows tags only when they are included', () => {
    registerTaskDefinition(
      {
        family: 'tagged',
        containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64 }],
        tags: [{ key: 'a', value: 'b' }],
      },
      context,
    );
    const read = (include: 'TAGS'[]): unknown =>
      describeTaskDefinition({ taskDefinition: 'tagged', include }, context).tags;
    expect(read([])).toEqual([]);
    expect(read(['TAGS'])).toEqual([{ key: 'a', value: 'b' }]);
  });

  it('lets a new revision inherit no tags', () => {
    registerTaskDefinition(
      {
        family: 'tagged',
        containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64 }],
        tags: [{ key: 'a', value: 'b' }],
      },
      context,
    );
    register('tagged');
    expect(
      describeTaskDefinition({ taskDefinition: 'tagged', include: ['TAGS'] }, context).tags,
    ).toEqual([]);
  });
});

describe('DeregisterTaskDefinition', () => {
  it('makes a revision INACTIVE; only later answers say when', () => {
    register('web');
    const when = new Date(context.clock.now());
    const first = deregisterTaskDefinition({ taskDefinition: 'web:1' }, context);
    expect(first.taskDefinition).toMatchObject({ status: 'INACTIVE' });
    expect(first.taskDefinition).not.toHaveProperty('deregisteredAt');
    const again = deregisterTaskDefinition({ taskDefinition: arn('web:1') }, context);
    expect(again.taskDefinition).toMatchObject({ status: 'INACTIVE', deregisteredAt: when });
  });

  it('asks for the revision', () => {
    register('web');
    expect(
      refusalOf(() => {
        deregister('web');
      }),
    ).toEqual({
      code: 'InvalidParameterException',
      message: 'Revision is missing',
    });
  });

  it('refuses what does not exist and what is being deleted', () => {
    register('web');
    expect(refusalOf(() => deregister('web:2')).code).toBe('ClientException');
    deregister('web:1');
    deleteTaskDefinitions({ taskDefinitions: ['web:1'] }, context);
    expect(refusalOf(() => deregister('web:1'))).toEqual({
      code: 'ClientException',
      message:
        'The task definition could not be deregistered because it is in the process of being deleted.',
    });
  });
});

describe('DeleteTaskDefinitions', () => {
  it('takes inactive revisions and says what is wrong with the others', () => {
    register('web', 3);
    deregister('web:1');
    const answer = deleteTaskDefinitions(
      { taskDefinitions: [arn('web:1'), 'web:2', 'web:9', 'web'] },
      context,
    );
    expect(answer.taskDefinitions).toMatchObject([{ revision: 1, status: 'DELETE_IN_PROGRESS' }]);
    expect(answer.failures).toEqual([
      {
        arn: 'web:2',
        reason:
          'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
      },
      {
        arn: 'web:9',
        reason:
          'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
      },
      {
        arn: 'web',
        reason:
          'The specified task definition identifier is invalid. Specify a valid name or ARN and try again.',
      },
    ]);
    expect(statusOf('web:1')).toBe('DELETE_IN_PROGRESS');
    expect(statusOf('web:2')).toBe('ACTIVE');
  });

  it('takes a deleted one again', () => {
    register('web');
    deregister('web:1');
    deleteTaskDefinitions({ taskDefinitions: ['web:1'] }, context);
    const again = deleteTaskDefinitions({ taskDefinitions: ['web:1'] }, context);
    expect(again.failures).toEqual([]);
    expect(again.taskDefinitions).toMatchObject([{ status: 'DELETE_IN_PROGRESS' }]);
  });

  it('takes from 1 to 10', () => {
    const many = Array.from({ length: 11 }, (_, index) => `web:${index + 1}`);
    expect(
      refusalOf(() => deleteTaskDefinitions({ taskDefinitions: many }, context)).message,
    ).toContain('10');
    expect(refusalOf(() => deleteTaskDefinitions({ taskDefinitions: [] }, context)).code).toBe(
      'InvalidParameterException',
    );
  });
});

describe('a deleted task definition', () => {
  beforeEach(() => {
    register('web', 2);
    deregister('web:1');
    deleteTaskDefinitions({ taskDefinitions: ['web:1'] }, context);
  });

  it('can be read for an hour and is then gone, its number with it', async () => {
    await context.clock.advance(HOUR - 1);
    expect(expireTaskDefinitions(context)).toBe(0);
    await context.clock.advance(1);
    expect(expireTaskDefinitions(context)).toBe(1);
    expect(findTaskDefinition('web:1', context)).toBeUndefined();
    expect(findTaskDefinition('web:2', context)).toBeDefined();
    register('web');
    expect(findTaskDefinition('web', context)?.revision).toBe(3);
  });

  it('stays as long as a task is known that was started from it', async () => {
    const { store } = context;
    const task = storedTask(CLUSTER, 'a', { taskDefinitionArn: arn('web:1') });
    store.transaction(() => store.tasks.put(task.taskArn, task));
    await context.clock.advance(2 * HOUR);
    expect(expireTaskDefinitions(context)).toBe(0);
    store.transaction(() => store.tasks.delete(task.taskArn));
    expect(expireTaskDefinitions(context)).toBe(1);
  });

  it('stays as long as a service runs it', async () => {
    const { store } = context;
    const service = storedService(CLUSTER, 's', { taskDefinition: arn('web:1') });
    store.transaction(() => store.services.put(service.serviceArn, service));
    await context.clock.advance(2 * HOUR);
    expect(expireTaskDefinitions(context)).toBe(0);
    store.transaction(() =>
      store.services.put(service.serviceArn, { ...service, status: 'INACTIVE' }),
    );
    expect(expireTaskDefinitions(context)).toBe(1);
  });
});

describe('ListTaskDefinitions', () => {
  beforeEach(() => {
    register('web', 11);
    register('api', 2);
    register('web-2');
    deregister('web:5');
  });

  function listed(
    input: Parameters<typeof listTaskDefinitions>[0] = {},
  ): readonly string[] | undefined {
    return listTaskDefinitions(input, context).taskDefinitionArns?.map((one) =>
      one.slice(one.indexOf('/') + 1),
    );
  }

  it('lists ACTIVE revisions by family and number', () => {
    expect(listed()).toEqual([
      'api:1',
      'api:2',
      ...[1, 2, 3, 4, 6, 7, 8, 9, 10, 11].map((revision) => `web:${revision}`),
      'web-2:1',
    ]);
  });

  it('turns the order round', () => {
    expect(listed({ sort: 'DESC' })).toEqual(listed()?.toReversed());
  });

  it('takes familyPrefix for a whole family and knows the other statuses', () => {
    expect(listed({ familyPrefix: 'web', status: 'INACTIVE' })).toEqual(['web:5']);
    expect(listed({ familyPrefix: 'we' })).toEqual([]);
    deleteTaskDefinitions({ taskDefinitions: ['web:5'] }, context);
    expect(listed({ status: 'DELETE_IN_PROGRESS' })).toEqual(['web:5']);
  });

  it('gives the newest first to those who ask for one page of the descending order', () => {
    const first = listTaskDefinitions(
      { familyPrefix: 'web', sort: 'DESC', maxResults: 2 },
      context,
    );
    expect(first.taskDefinitionArns).toEqual([arn('web:11'), arn('web:10')]);
    const second = listTaskDefinitions(
      { familyPrefix: 'web', sort: 'DESC', maxResults: 2, nextToken: first.nextToken },
      context,
    );
    expect(second.taskDefinitionArns).toEqual([arn('web:9'), arn('web:8')]);
  });
});

describe('ListTaskDefinitionFamilies', () => {
  it('tells families with an ACTIVE revision from those without', () => {
    register('web', 2);
    register('api');
    register('worker');
    deregister('web:2');
    deregister('api:1');
    const listed = (input: Parameters<typeof listTaskDefinitionFamilies>[0]): unknown =>
      listTaskDefinitionFamilies(input, context).families;
    expect(listed({})).toEqual(['api', 'web', 'worker']);
    expect(listed({ status: 'ALL', familyPrefix: 'w' })).toEqual(['web', 'worker']);
    expect(listed({ status: 'ACTIVE' })).toEqual(['web', 'worker']);
    expect(listed({ status: 'INACTIVE' })).toEqual(['api']);
  });
});
