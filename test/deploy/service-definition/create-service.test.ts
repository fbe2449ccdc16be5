import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { createSession, type Session } from '../../../src/deploy/session/session.ts';
import {
  createService,
  creationInput,
  tagService,
  type NewService,
} from '../../../src/deploy/service-definition/create-service.ts';
import type { HeaderEntry, RolloutEntry } from '../../../src/record/entries.ts';
import { ARN, FakeAws, FakeError, type Wire } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';
import { defined, NAME } from './definitions.ts';

const TASK_DEFINITION = `${ARN}:task-definition/web:6`;
const NEW: NewService = { taskDefinition: TASK_DEFINITION };

/** An ECS that creates services, and shows them some time (ms) later. */
class CreatingAws extends FakeAws {
  shownAfter = 0;
  /** The next answers to CreateService are lost after the service was made. */
  losesAnswers = 0;
  readonly byToken = new Map<unknown, Wire>();

  constructor() {
    super();
    this.missing = true;
  }

  override answer(operation: string, input: Wire): unknown {
    if (operation === 'TagResource') {
      this.calls.push({ operation, input });
      return {};
    }
    if (operation !== 'CreateService') return super.answer(operation, input);
    this.calls.push({ operation, input });
    const refused = this.denied.get(operation);
    if (refused !== undefined) throw refused;
    if (!this.byToken.has(input['clientToken'])) {
      this.byToken.set(input['clientToken'], input);
      this.after(this.shownAfter, () => (this.missing = false));
    }
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1;
      throw new FakeError('ServerException', 'Service Unavailable. Please try again later.', 503);
    }
    return { service: this.service };
  }
}

const HEADER: HeaderEntry = {
  kind: 'header',
  schema: 'fairlead.rollout/v1',
  at: 0,
  tool: { name: 'fairlead', version: '0.0.0' },
  mode: 'deploy',
  command: 'deploy',
  endpoint: 'http://127.0.0.1:4327',
  region: 'eu-west-1',
  accountId: '123456789012',
  cluster: 'prod',
  service: 'web',
  serviceArn: `${ARN}:service/prod/web`,
  strategy: 'ROLLING',
  desiredCount: 2,
};

interface Tried {
  readonly outcome: unknown;
  readonly session: Session;
  readonly entries: readonly RolloutEntry[];
}

/** Runs work in a session of this world, in virtual time. */
async function inSession(
  aws: FakeAws,
  work: (session: Session) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<Tried> {
  const entries: RolloutEntry[] = [];
  const session = createSession('deploy', NAME, {
    clients: await clientsOf(aws),
    clock: aws.clock,
    random: seededRandom(2),
    sinks: [(entry) => entries.push(entry)],
    tool: { name: 'fairlead', version: '0.0.0' },
    ...(signal === undefined ? {} : { signal }),
  });
  let outcome: unknown;
  work(session).then(
    (value) => (outcome = value ?? 'done'),
    (error: unknown) => (outcome = error),
  );
  await aws.clock.runUntil(() => outcome !== undefined, 7_200_000);
  return { outcome, session, entries };
}

const create = (aws: FakeAws, document: object = {}, signal?: AbortSignal): Promise<Tried> =>
  inSession(aws, (session) => createService(session, defined(document), NEW), signal);

const inputs = (aws: FakeAws): readonly Wire[] =>
  aws.calls.filter((call) => call.operation === 'CreateService').map((call) => call.input);

describe('createService', () => {
  it('creates the service once, with a token, and answers with it as it is shown', async () => {
    const aws = new CreatingAws();
    const { outcome, session } = await create(aws, { desiredCount: 3, launchType: 'FARGATE' });
    expect(outcome).toMatchObject({ serviceName: 'web', status: 'ACTIVE' });
    expect(inputs(aws)).toStrictEqual([
      {
        cluster: 'prod',
        serviceName: 'web',
        taskDefinition: TASK_DEFINITION,
        desiredCount: 3,
        launchType: 'FARGATE',
        clientToken: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    ]);
    expect(session.progress).toMatchObject({ started: true, inDoubt: false });
  });

  it('waits while ECS does not show yet what it has created', async () => {
    const aws = new CreatingAws();
    aws.shownAfter = 20_000;
    const { outcome } = await create(aws);
    expect(outcome).toMatchObject({ serviceName: 'web' });
    expect(aws.count('CreateService')).toBe(1);
    expect(aws.count('DescribeServices')).toBeGreaterThan(3);
  });

  it('does not take the deleted service of the same name for the new one', async () => {
    const aws = new CreatingAws();
    aws.service['status'] = 'INACTIVE';
    aws.after(5000, () => (aws.service['status'] = 'ACTIVE'));
    const { outcome } = await create(aws);
    expect(outcome).toMatchObject({ status: 'ACTIVE' });
  });

  it('says so when it stays unseen, and that the service was changed', async () => {
    const aws = new CreatingAws();
    aws.shownAfter = 600_000;
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ code: 'SERVICE_NOT_VISIBLE', exitCode: 1 });
    expect(session.progress.started).toBe(true);
  });

  it('asks again with the same token when the answer is lost: one service is made', async () => {
    const aws = new CreatingAws();
    aws.losesAnswers = 3;
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ serviceName: 'web' });
    expect(inputs(aws)).toHaveLength(4);
    expect(aws.byToken.size).toBe(1);
    expect(session.progress).toMatchObject({ started: true, inDoubt: false });
  });

  it('finds the service by looking when the answer never comes', async () => {
    const aws = new CreatingAws();
    aws.losesAnswers = 1000;
    aws.shownAfter = 60_000;
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ serviceName: 'web' });
    expect(aws.byToken.size).toBe(1);
    expect(session.progress).toMatchObject({ started: true, inDoubt: false });
  });

  it('knows its own creation when the next answer says that the service exists', async () => {
    const aws = new CreatingAws();
    aws.losesAnswers = 1;
    aws.shownAfter = 3000;
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'CreateService' && aws.byToken.size > 0) {
        aws.calls.push({ operation, input });
        throw new FakeError('InvalidParameterException', 'Creation of service was not idempotent.');
      }
      return answer(operation, input);
    };
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ serviceName: 'web' });
    expect(aws.count('CreateService')).toBe(2);
    expect(session.progress).toMatchObject({ started: true, inDoubt: false });
  });

  it("does not take another's service for its own creation", async () => {
    const aws = new CreatingAws();
    aws.losesAnswers = 1;
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'CreateService' && aws.byToken.size > 0) {
        aws.service['taskDefinition'] = `${ARN}:task-definition/web:5`;
        throw new FakeError('InvalidParameterException', 'Creation of service was not idempotent.');
      }
      return answer(operation, input);
    };
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ code: 'SERVICE_EXISTS', exitCode: 2 });
    expect(session.progress).toMatchObject({ started: false, inDoubt: false });
  });

  it('is in doubt no more when ECS refuses what it was asked again', async () => {
    const aws = new CreatingAws();
    aws.failNext(
      'CreateService',
      new FakeError('ServerException', 'lost', 500),
      new FakeError('InvalidParameterException', 'Something new.'),
    );
    aws.own.set('CreateService', () => ({}));
    aws.answer = FakeAws.prototype.answer.bind(aws);
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ code: 'SERVICE_REFUSED' });
    expect(session.progress).toMatchObject({ started: false, inDoubt: false });
  });

  it('waits until ECS shows the deployment of what it has created, too', async () => {
    const aws = new CreatingAws();
    const { deployments } = aws.service;
    aws.service.deployments = [];
    aws.after(9000, () => (aws.service.deployments = deployments));
    const { outcome } = await create(aws);
    expect(outcome).toMatchObject({ deployments: [{ status: 'PRIMARY' }] });
  });

  it('leaves it in doubt when the answer never comes, and nothing shows', async () => {
    const aws = new CreatingAws();
    aws.losesAnswers = 1000;
    aws.shownAfter = 600_000;
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ name: 'ApiError', kind: 'transient' });
    expect(session.progress).toMatchObject({ started: false, inDoubt: true });
  });

  it('leaves it in doubt when it is interrupted while the answer is lost', async () => {
    const aws = new CreatingAws();
    aws.losesAnswers = 1000;
    const controller = new AbortController();
    aws.after(1000, () => controller.abort(new Interruption('SIGINT')));
    const { outcome, session } = await create(aws, {}, controller.signal);
    expect(outcome).toBeInstanceOf(Interruption);
    expect(session.progress).toMatchObject({ started: false, inDoubt: true });
  });

  it('tries again when it is throttled', async () => {
    const aws = new CreatingAws();
    aws.denied.set('CreateService', new FakeError('ThrottlingException', 'Rate exceeded'));
    aws.after(3000, () => aws.denied.clear());
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({ serviceName: 'web' });
    expect(session.progress).toMatchObject({ started: true, inDoubt: false });
  });

  it('tells in the record what it created', async () => {
    const { session, entries } = await create(new CreatingAws(), { desiredCount: 2 });
    session.recorder.begin(HEADER);
    expect(
      entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : [])),
    ).toStrictEqual(['created service "web" with web:6, desired count 2']);
  });

  it('hears of a missing permission as of any call', async () => {
    const aws = new CreatingAws();
    aws.denied.set('CreateService', new FakeError('AccessDeniedException', 'no'));
    const { outcome } = await create(aws);
    expect(outcome).toMatchObject({ name: 'ApiError', kind: 'denied' });
    expect(aws.count('CreateService')).toBe(1);
  });

  it.each([
    [
      'ClusterNotFoundException',
      'Cluster not found.',
      'CLUSTER_NOT_FOUND',
      /create-cluster --cluster-name prod/,
    ],
    [
      'InvalidParameterException',
      'The target group with targetGroupArn arn:aws:elasticloadbalancing:x does not have an associated load balancer.',
      'TARGET_GROUP_UNUSED',
      /listener or a rule/,
    ],
    [
      'InvalidParameterException',
      'Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
      'SERVICE_LINKED_ROLE',
      /create-service-linked-role/,
    ],
    [
      'InvalidParameterException',
      'Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.',
      'SERVICE_ROLE',
      /trusts ecs\.amazonaws\.com/,
    ],
    [
      'InvalidParameterException',
      'You cannot specify an IAM role for services that require a service linked role.',
      'SERVICE_ROLE',
      /Leave "role" out of service-definition\.json/,
    ],
    [
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      'NETWORK_CONFIGURATION',
      /Add "networkConfiguration"/,
    ],
    [
      'InvalidParameterException',
      'The container api did not have a container port 80 defined.',
      'LOAD_BALANCER_CONTAINER',
      /containerName and containerPort in service-definition\.json/,
    ],
    [
      'InvalidParameterException',
      'Unable to Start a service that is still Draining.',
      'SERVICE_DRAINING',
      /INACTIVE/,
    ],
    [
      'InvalidParameterException',
      'Creation of service was not idempotent.',
      'SERVICE_EXISTS',
      /deploy again/,
    ],
    ['PlatformUnknownException', 'The platform does not exist.', 'PLATFORM_VERSION', /LATEST/],
    ['NamespaceNotFoundException', 'No.', 'NAMESPACE_NOT_FOUND', /Cloud Map/],
    [
      'InvalidParameterException',
      'Something new.',
      'SERVICE_REFUSED',
      /Mend service-definition\.json/,
    ],
  ])('explains %s: %s', async (name, message, code, hint) => {
    const aws = new CreatingAws();
    aws.denied.set('CreateService', new FakeError(name, message));
    const { outcome, session } = await create(aws);
    expect(outcome).toMatchObject({
      code,
      exitCode: 2,
      message: `ECS does not create service "web" in cluster "prod": ${name}: ${message}`,
      hint: expect.stringMatching(hint) as string,
    });
    expect(session.progress.started).toBe(false);
    expect(aws.count('CreateService')).toBe(1);
  });
});

describe('what CreateService is given', () => {
  const input = (document: object, created: NewService = NEW): object =>
    creationInput(NAME, defined(document), created);

  it('has the settings and tags as they are written', () => {
    const loadBalancers = [{ targetGroupArn: 'arn:a', containerName: 'web', containerPort: 80 }];
    const tags = [{ key: 'team', value: 'web' }];
    expect(input({ desiredCount: 0, loadBalancers, tags, role: 'mine' })).toStrictEqual({
      cluster: 'prod',
      serviceName: 'web',
      taskDefinition: TASK_DEFINITION,
      desiredCount: 0,
      loadBalancers,
      role: 'mine',
      tags,
    });
  });

  it('has one task where nobody says how many, and none for a DAEMON', () => {
    expect(input({})).toMatchObject({ desiredCount: 1 });
    expect(input({ schedulingStrategy: 'DAEMON' })).not.toHaveProperty('desiredCount');
  });

  it('lets what was asked for beside the file go before it', () => {
    expect(
      input(
        { desiredCount: 2, healthCheckGracePeriodSeconds: 5 },
        {
          ...NEW,
          settings: {
            desiredCount: 4,
            healthCheckGracePeriodSeconds: 9,
            enableExecuteCommand: true,
          },
        },
      ),
    ).toMatchObject({
      desiredCount: 4,
      healthCheckGracePeriodSeconds: 9,
      enableExecuteCommand: true,
    });
  });

  it('takes the name out of an ARN', () => {
    const service = `${ARN}:service/prod/web`;
    expect(creationInput({ cluster: 'prod', service }, defined({}), NEW).serviceName).toBe('web');
  });

  it('under the EXTERNAL controller has nothing that belongs to task sets', () => {
    expect(
      input(
        {
          deploymentController: { type: 'EXTERNAL' },
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          loadBalancers: [],
          propagateTags: 'SERVICE',
        },
        { taskDefinition: TASK_DEFINITION },
      ),
    ).toStrictEqual({
      cluster: 'prod',
      serviceName: 'web',
      deploymentController: { type: 'EXTERNAL' },
      propagateTags: 'SERVICE',
    });
  });
});

describe('tagService', () => {
  it('sets the tags that differ, and calls nobody when none do', async () => {
    const aws = new CreatingAws();
    const arn = `${ARN}:service/prod/web`;
    await inSession(aws, (session) => tagService(session, arn, []));
    expect(aws.calls).toStrictEqual([]);
    const tags = [{ key: 'team', value: 'web' }];
    await inSession(aws, (session) => tagService(session, arn, tags));
    expect(aws.calls).toStrictEqual([
      { operation: 'TagResource', input: { resourceArn: arn, tags } },
    ]);
  });
});
