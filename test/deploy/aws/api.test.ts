import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { ApiError, classifyFailure } from '../../../src/deploy/aws/api-failure.ts';
import { createApi } from '../../../src/deploy/aws/api.ts';
import { createAwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import { createRecorder } from '../../../src/record/recorder.ts';

const failure = (name: string, status?: number, code?: string): Error =>
  Object.assign(new Error(`${name} happened`), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...(code === undefined ? {} : { code }),
  });

describe('classifyFailure', () => {
  it.each([
    [failure('ThrottlingException', 400), 'throttled'],
    [failure('Throttling', 400), 'throttled'],
    [failure('Anything', 429), 'throttled'],
    [failure('ServerException', 500), 'transient'],
    [failure('Unknown', 503), 'transient'],
    [failure('Error', undefined, 'ECONNRESET'), 'transient'],
    [failure('TimeoutError'), 'transient'],
    [failure('Error', undefined, 'ECONNREFUSED'), 'unreachable'],
    [failure('AccessDeniedException', 400), 'denied'],
    [failure('AccessDenied', 403), 'denied'],
    [failure('UnrecognizedClientException', 400), 'credentials'],
    [failure('CredentialsProviderError'), 'credentials'],
    [failure('ClientException', 400), 'refused'],
    [failure('TypeError'), undefined],
  ])('%s is %s', (error, kind) => {
    expect(classifyFailure(error)).toBe(kind);
  });
});

describe('createApi', () => {
  function setUp(signal?: AbortSignal): { clock: VirtualClock; api: ReturnType<typeof createApi> } {
    const clock = new VirtualClock();
    const api = createApi({
      clock,
      random: seededRandom(1),
      recorder: createRecorder([]),
      signal: () => signal,
    });
    return { clock, api };
  }

  it('gives up soon when nobody ever answered, later when somebody did', async () => {
    const { clock, api } = setUp();
    let calls = 0;
    const refuse = (): Promise<never> => {
      calls += 1;
      return Promise.reject(failure('Error', undefined, 'ECONNREFUSED'));
    };
    let error: unknown;
    const run = async (): Promise<void> => {
      error = undefined;
      api.read('ecs', 'DescribeServices', refuse).catch((thrown: unknown) => (error = thrown));
      await clock.runUntil(() => error !== undefined, 600_000);
    };
    await run();
    expect(calls).toBe(3);
    expect(error).toBeInstanceOf(ApiError);
    await api.read('ecs', 'DescribeServices', () => Promise.resolve(1));
    calls = 0;
    await run();
    expect(calls).toBe(9);
  });

  it('never repeats what must be done once', async () => {
    const { api } = setUp();
    let calls = 0;
    const busy = (): Promise<never> => {
      calls += 1;
      return Promise.reject(failure('ThrottlingException', 400));
    };
    await expect(api.changeOnce('ecs', 'UpdateService', busy)).rejects.toThrow(ApiError);
    expect(calls).toBe(1);
    expect(api.totals()).toStrictEqual({
      total: 1,
      retried: 0,
      throttled: 1,
      byOperation: { UpdateService: 1 },
    });
  });

  it('lets a bug through untouched', async () => {
    const { api } = setUp();
    const bug = new TypeError('x is not a function');
    await expect(api.read('ecs', 'ListTasks', () => Promise.reject(bug))).rejects.toBe(bug);
  });

  it('an interruption ends a pause between attempts at once', async () => {
    const controller = new AbortController();
    const { clock, api } = setUp(controller.signal);
    const reason = new Error('stop');
    let error: unknown;
    api
      .read('ecs', 'ListTasks', () => Promise.reject(failure('ThrottlingException', 400)))
      .catch((thrown: unknown) => (error = thrown));
    await clock.advance(1);
    controller.abort(reason);
    await clock.runUntil(() => error !== undefined, 1);
    expect(error).toBe(reason);
  });
});

describe('createAwsClients', () => {
  it.each(['localhost:4327', 'ftp://x', 'no url'])(
    'refuses the endpoint %s',
    async (endpointUrl) => {
      await expect(createAwsClients({ endpointUrl, region: 'eu-west-1' })).rejects.toThrow(
        /is no endpoint URL/,
      );
    },
  );
});
