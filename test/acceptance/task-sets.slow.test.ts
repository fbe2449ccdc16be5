/** Blue/green by task sets, with the AWS CLI alone, as users are told to type it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, until } from '../system/world.ts';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

describe.skipIf(!hasTools)(`blue/green by task sets ${NEEDS}`, () => {
  let terminal: Terminal;
  let variables: Record<string, string>;
  beforeAll(async () => {
    terminal = await openTerminal();
    const made = await terminal.run(
      `
LB=$(aws elbv2 create-load-balancer --name web --subnets subnet-12345 \\
  --query 'LoadBalancers[0].[LoadBalancerArn,DNSName]' --output text)
for COLOUR in blue green; do
  aws elbv2 create-target-group --name $COLOUR --protocol HTTP --port 80 --vpc-id vpc-12345 --target-type ip \\
    --health-check-path /health --health-check-interval-seconds 5 --health-check-timeout-seconds 2 \\
    --query 'TargetGroups[0].TargetGroupArn' --output text
done > groups
BLUE=$(sed -n 1p groups)
GREEN=$(sed -n 2p groups)
LISTENER=$(aws elbv2 create-listener --load-balancer-arn \${LB%%[[:space:]]*} --protocol HTTP --port $PORT \\
  --default-actions "Type=forward,ForwardConfig={TargetGroups=[{TargetGroupArn=$BLUE,Weight=100},{TargetGroupArn=$GREEN,Weight=0}]}" \\
  --query 'Listeners[0].ListenerArn' --output text)
aws ecs create-cluster --cluster-name my-cluster > /dev/null
for TAG in 1.0.0 2.0.0; do
  aws ecs register-task-definition --family my-new-task-definition --network-mode awsvpc \\
    --requires-compatibilities FARGATE --cpu 256 --memory 512 \\
    --container-definitions "name=web,image=app:$TAG,portMappings=[{containerPort=80}]" > /dev/null
done
aws ecs create-service --cluster my-cluster --service-name my-service --desired-count 2 \\
  --deployment-controller type=EXTERNAL > /dev/null
echo "$BLUE $GREEN $LISTENER \${LB##*[[:space:]]}"
`,
      { PORT: String(await freePort()) },
    );
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const [BLUE = '', GREEN = '', LISTENER = '', HOST = ''] = made.stdout.trim().split(' ');
    variables = { BLUE, GREEN, LISTENER, HOST };
  });
  afterAll(() => terminal.close());

  const output = async (script: string): Promise<string> => {
    const outcome = await terminal.run(script, variables);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    return outcome.stdout.trim();
  };
  /** Of each task set: status, stability, tasks that run and tasks that are to run. */
  const taskSets = () =>
    output(
      `aws ecs describe-task-sets --cluster my-cluster --service my-service \\
  --query 'taskSets[].[status,stabilityStatus,runningCount,computedDesiredCount]' --output text`,
    );

  it('creates the task set by the command as it is written, and makes it primary', async () => {
    variables['TASK_SET'] = await output(`
aws ecs create-task-set --cluster my-cluster --service my-service \\
--task-definition my-new-task-definition --launch-type FARGATE \\
--network-configuration "awsvpcConfiguration={subnets=[subnet-12345],securityGroups=[sg-12345]}" \\
| jq -r .taskSet.id`);
    expect(variables['TASK_SET']).toMatch(/^ecs-svc\/\d+$/);
    const primary = await output(`
aws ecs update-service-primary-task-set --cluster my-cluster \\
--service my-service --primary-task-set $TASK_SET`);
    expect(JSON.parse(primary)).toMatchObject({
      taskSet: { status: 'PRIMARY', scale: { value: 0, unit: 'PERCENT' } },
    });
    await until(taskSets, (text) => text === 'PRIMARY\tSTEADY_STATE\t0\t0');
    expect(
      await output(
        `aws ecs delete-task-set --cluster my-cluster --service my-service --task-set $TASK_SET --force \\
  --query taskSet.status --output text`,
      ),
    ).toBe('DRAINING');
    await until(taskSets, (text) => text === '');
  });

  const create = (colour: 'BLUE' | 'GREEN', revision: number) =>
    output(`
aws ecs create-task-set --cluster my-cluster --service my-service \\
--task-definition my-new-task-definition:${revision} --launch-type FARGATE \\
--network-configuration "awsvpcConfiguration={subnets=[subnet-12345],securityGroups=[sg-12345]}" \\
--load-balancers targetGroupArn=$${colour},containerName=web,containerPort=80 \\
--scale value=100,unit=PERCENT --external-id build-${revision} --tags key=colour,value=${colour} \\
--query taskSet.id --output text`);
  const versions = async (): Promise<readonly string[]> => {
    const listeners = await output(
      `aws elbv2 describe-listeners --listener-arns $LISTENER --query 'Listeners[0].Port' --output text`,
    );
    const seen = new Set<string>();
    for (let request = 0; request < 40; request++) {
      const answer = await fetch(`http://${variables['HOST'] ?? ''}:${listeners}/`);
      seen.add(((await answer.json()) as { readonly version: string }).version);
    }
    return [...seen].toSorted();
  };

  it('shifts the traffic from blue to green by the weights of the listener', async () => {
    variables['OLD'] = await create('BLUE', 1);
    await output(
      'aws ecs update-service-primary-task-set --cluster my-cluster --service my-service --primary-task-set $OLD',
    );
    variables['NEW'] = await create('GREEN', 2);
    await until(
      taskSets,
      (text) => text === 'PRIMARY\tSTEADY_STATE\t2\t2\nACTIVE\tSTEADY_STATE\t2\t2',
    );
    expect(await versions()).toEqual(['1.0.0']);
    for (const { weights, expected } of [
      { weights: [50, 50], expected: ['1.0.0', '2.0.0'] },
      { weights: [0, 100], expected: ['2.0.0'] },
    ]) {
      const [blue, green] = weights;
      await output(`
aws elbv2 modify-listener --listener-arn $LISTENER --default-actions \\
  "Type=forward,ForwardConfig={TargetGroups=[{TargetGroupArn=$BLUE,Weight=${blue ?? 0}},{TargetGroupArn=$GREEN,Weight=${green ?? 0}}]}"`);
      await until(versions, (seen) => seen.join() === expected.join());
    }
    const shown = JSON.parse(
      await output(`
aws ecs update-service-primary-task-set --cluster my-cluster --service my-service --primary-task-set $NEW > /dev/null
aws ecs update-task-set --cluster my-cluster --service my-service --task-set $OLD --scale value=0,unit=PERCENT > /dev/null
aws ecs delete-task-set --cluster my-cluster --service my-service --task-set $OLD > /dev/null
aws ecs describe-services --cluster my-cluster --services my-service --query 'services[0]'`),
    ) as { readonly taskDefinition: string; readonly deployments: readonly unknown[] };
    expect(shown.taskDefinition).toMatch(/my-new-task-definition:2$/);
    expect(shown.deployments).toEqual([]);
    await until(taskSets, (text) => text === 'PRIMARY\tSTEADY_STATE\t2\t2');
    expect(
      await output(
        `aws ecs describe-task-sets --cluster my-cluster --service my-service --task-sets $NEW --include TAGS \\
  --query 'taskSets[0].[externalId,tags[0].value]' --output text`,
      ),
    ).toBe('build-2\tGREEN');
  });

  it('refuses in the words of ECS', async () => {
    const refused = await terminal.run(
      `
aws ecs update-service --cluster my-cluster --service my-service --task-definition my-new-task-definition`,
    );
    expect(refused.exitCode).toBe(254);
    expect(refused.stderr).toContain(
      'Unable to update task definition on services with an EXTERNAL deployment controller.',
    );
  });
});
