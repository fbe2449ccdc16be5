import { describe, expect, it } from 'vitest';
import { logsApi } from '../../../src/local/logs/api.ts';
import { refusal } from '../elbv2/world.ts';
import { LogsWorld } from './world.ts';

const OPTIONS = { 'awslogs-group': '/ecs/web', 'awslogs-stream-prefix': 'web' };
const GROUP = { logGroupName: '/ecs/web' };

/** A region with one group and one task that wrote `count` lines: `1`, `2`, ... */
function withLines(count: number): { world: LogsWorld; stream: string } {
  const world = new LogsWorld();
  const lines = Array.from({ length: count }, (_, index) => `${index + 1}\n`);
  world.task(world.definition('web', OPTIONS), 'aaa', lines.join(''));
  return { world, stream: 'web/app/aaa' };
}

function messages(answer: { events?: { message?: string | undefined }[] | undefined }): string {
  return (answer.events ?? []).map((event) => event.message).join(' ');
}

describe('DescribeLogGroups', () => {
  it('lists the groups that task definitions name, by name', async () => {
    const world = new LogsWorld();
    world.definition('b', { 'awslogs-group': '/ecs/b' });
    world.definition('a', { 'awslogs-group': '/ecs/a' });
    world.definition('far', { 'awslogs-group': '/far', 'awslogs-region': 'us-east-1' });
    const { logGroups } = await world.call('DescribeLogGroups', {});
    expect(logGroups).toEqual(
      ['/ecs/a', '/ecs/b'].map((name) => ({
        logGroupName: name,
        creationTime: 1000,
        metricFilterCount: 0,
        arn: `arn:aws:logs:eu-west-1:000000000000:log-group:${name}:*`,
        logGroupArn: `arn:aws:logs:eu-west-1:000000000000:log-group:${name}`,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
      })),
    );
    const names = async (input: object, region?: string): Promise<unknown> =>
      (await world.call('DescribeLogGroups', input, region)).logGroups?.map(
        (group) => group.logGroupName,
      );
    expect(await names({}, 'us-east-1')).toEqual(['/far']);
    expect(await names({ logGroupNamePrefix: '/ecs/b' })).toEqual(['/ecs/b']);
    expect(await names({ logGroupNamePattern: 'cs/a' })).toEqual(['/ecs/a']);
    const first = await world.call('DescribeLogGroups', { limit: 1 });
    expect(await names({ limit: 1, nextToken: first.nextToken })).toEqual(['/ecs/b']);
  });
});

describe('DescribeLogStreams', () => {
  it('lists PREFIX/CONTAINER/TASKID of every container that started and logs', async () => {
    const { world } = withLines(1);
    const definition = world.definition('web', OPTIONS);
    world.task(definition, 'bbb', '', { startedAt: 9000 });
    const answer = await world.call('DescribeLogStreams', GROUP);
    expect(answer.logStreams).toMatchObject([
      { logStreamName: 'web/app/aaa', creationTime: 5000 },
      { logStreamName: 'web/app/bbb', creationTime: 9000 },
    ]);
    const newest = await world.call('DescribeLogStreams', {
      ...GROUP,
      orderBy: 'LastEventTime',
      descending: true,
      limit: 1,
    });
    expect(newest.logStreams?.map((each) => each.logStreamName)).toEqual(['web/app/bbb']);
    const next = await world.call('DescribeLogStreams', {
      ...GROUP,
      orderBy: 'LastEventTime',
      descending: true,
      limit: 1,
      nextToken: newest.nextToken,
    });
    expect(next.logStreams?.map((each) => each.logStreamName)).toEqual(['web/app/aaa']);
    expect(next.nextToken).toBeUndefined();
  });

  it('names the stream after the container where there is no prefix', async () => {
    const world = new LogsWorld();
    world.task(world.definition('web', { 'awslogs-group': '/ecs/web' }), 'aaa', '');
    const { logStreams } = await world.call('DescribeLogStreams', GROUP);
    expect(logStreams?.map((each) => each.logStreamName)).toEqual(['aaa-app']);
  });

  it("refuses a group that does not exist in AWS's words", async () => {
    const world = new LogsWorld();
    expect(await refusal(world.call('DescribeLogStreams', GROUP))).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
    expect(await refusal(world.call('DescribeLogStreams', {}))).toMatch(
      /^InvalidParameterException: Exactly one of/,
    );
  });
});

describe('GetLogEvents', () => {
  it('answers with the latest events, oldest of them first', async () => {
    const { world, stream } = withLines(5);
    const answer = await world.call('GetLogEvents', { ...GROUP, logStreamName: stream, limit: 2 });
    expect(answer.events).toEqual([
      { timestamp: 5000, message: '4', ingestionTime: 5000 },
      { timestamp: 5000, message: '5', ingestionTime: 5000 },
    ]);
  });

  it('goes back by the backward token, and stays at the head', async () => {
    const { world, stream } = withLines(5);
    const get = (nextToken?: string) =>
      world.call('GetLogEvents', { ...GROUP, logStreamName: stream, limit: 2, nextToken });
    let answer = await get();
    const seen = [messages(answer)];
    for (let page = 0; page < 3; page++) {
      answer = await get(answer.nextBackwardToken);
      seen.push(messages(answer));
    }
    expect(seen).toEqual(['4 5', '2 3', '1', '']);
    expect((await get(answer.nextBackwardToken)).nextBackwardToken).toBe(answer.nextBackwardToken);
  });

  it('goes forward from the head, stays at the end and goes on when more is written', async () => {
    const { world, stream } = withLines(3);
    const get = (nextToken?: string) =>
      world.call('GetLogEvents', {
        ...GROUP,
        logStreamName: stream,
        startFromHead: true,
        limit: 2,
        nextToken,
      });
    const first = await get();
    const second = await get(first.nextForwardToken);
    const third = await get(second.nextForwardToken);
    expect([first, second, third].map(messages)).toEqual(['1 2', '3', '']);
    expect(third.nextForwardToken).toBe(second.nextForwardToken);
    world.output.set('aaa-app', '1\n2\n3\n4\n');
    expect(messages(await get(third.nextForwardToken))).toBe('4');
  });

  it('has the last words of a container that ended', async () => {
    const world = new LogsWorld();
    world.task(world.definition('web', OPTIONS), 'aaa', 'fatal: no port', { stoppedAt: 6000 });
    const input = { ...GROUP, logStreamName: 'web/app/aaa' };
    expect(messages(await world.call('GetLogEvents', input))).toBe('fatal: no port');
    const ranBefore = await world.call('GetLogEvents', { ...input, startTime: 6001 });
    expect(messages(ranBefore)).toBe('');
    const ranIn = await world.call('GetLogEvents', { ...input, startTime: 5500, endTime: 5600 });
    expect(messages(ranIn)).toBe('fatal: no port');
  });

  it('answers with at most 1 MiB, and with a longer line alone', async () => {
    const world = new LogsWorld();
    const long = 'x'.repeat(600_000);
    const output = `${long}\n${long}\n${'y'.repeat(2 ** 20 + 1)}\n`;
    world.task(world.definition('web', OPTIONS), 'aaa', output);
    const get = (nextToken?: string) =>
      world.call('GetLogEvents', {
        ...GROUP,
        logStreamName: 'web/app/aaa',
        startFromHead: true,
        nextToken,
      });
    const first = await get();
    const second = await get(first.nextForwardToken);
    const third = await get(second.nextForwardToken);
    expect([first, second, third].map((page) => page.events?.length)).toEqual([1, 1, 1]);
  });

  it('takes the ARN of the group', async () => {
    const { world, stream } = withLines(1);
    const answer = await world.call('GetLogEvents', {
      logGroupIdentifier: 'arn:aws:logs:eu-west-1:000000000000:log-group:/ecs/web:*',
      logStreamName: stream,
    });
    expect(messages(answer)).toBe('1');
  });

  it('refuses a stream that does not exist, a bad token and a bad limit', async () => {
    const { world, stream } = withLines(1);
    const refused = (more: object) =>
      refusal(world.call('GetLogEvents', { ...GROUP, logStreamName: stream, ...more }));
    expect(await refused({ logStreamName: 'web/app/zzz' })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
    expect(await refused({ logStreamName: 'web/quiet/aaa' })).toMatch(/^ResourceNotFound/);
    expect(await refused({ nextToken: 'x' })).toBe(
      'InvalidParameterException: The specified nextToken is invalid.',
    );
    expect(await refused({ limit: 10_001 })).toMatch(/^InvalidParameterException: .*'10001'/);
  });
});

describe('FilterLogEvents', () => {
  it('finds lines in all streams of a group, each with an id of its own', async () => {
    const { world } = withLines(12);
    world.task(world.definition('web', OPTIONS), 'bbb', '1 again\n2 again\n', { startedAt: 9000 });
    const answer = await world.call('FilterLogEvents', { ...GROUP, filterPattern: '1' });
    expect(messages(answer)).toBe('1 10 11 12 1 again');
    expect(new Set(answer.events?.map((event) => event.eventId)).size).toBe(5);
    expect(answer.events?.at(-1)).toMatchObject({ logStreamName: 'web/app/bbb', timestamp: 9000 });
    expect(answer.nextToken).toBeUndefined();
  });

  it('goes on where the page before ended, through several streams, in both directions', async () => {
    const { world } = withLines(3);
    world.task(world.definition('web', OPTIONS), 'bbb', 'a\nb\n', { startedAt: 9000 });
    const all = async (startFromHead: boolean): Promise<string> => {
      const seen: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await world.call('FilterLogEvents', {
          ...GROUP,
          limit: 2,
          startFromHead,
          nextToken,
        });
        seen.push(messages(page));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return seen.join(' ');
    };
    expect(await all(true)).toBe('1 2 3 a b');
    expect(await all(false)).toBe('b a 3 2 1');
  });

  it('searches only the named streams, those with a prefix, and those that ran in the time', async () => {
    const { world } = withLines(1);
    world.task(world.definition('web', OPTIONS), 'bbb', 'b\n', { startedAt: 9000 });
    const found = async (more: object): Promise<string> =>
      messages(await world.call('FilterLogEvents', { ...GROUP, ...more }));
    expect(await found({ logStreamNames: ['web/app/bbb'] })).toBe('b');
    expect(await found({ logStreamNamePrefix: 'web/app/a' })).toBe('1');
    expect(await found({ endTime: 9000 })).toBe('1');
    expect(
      await refusal(world.call('FilterLogEvents', { ...GROUP, logStreamNames: ['gone'] })),
    ).toBe('ResourceNotFoundException: The specified log stream does not exist.');
  });
});

describe('the API of CloudWatch Logs', () => {
  it('knows every operation of the model, and builds only such as are in it', () => {
    const api = logsApi(new LogsWorld().context);
    expect(api.operations.has('PutLogEvents')).toBe(true);
    expect([...api.handlers.keys()].filter((name) => !api.operations.has(name))).toEqual([]);
  });
});
