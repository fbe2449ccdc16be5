/** A service behind a load balancer, made and updated by the AWS CLI alone. */
import {
  DescribeTargetHealthCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, until } from '../system/world.ts';
import { hasTools, NEEDS, openTerminal, type Terminal } from './terminal.ts';

describe.skipIf(!hasTools)(`a load balancer by the AWS CLI ${NEEDS}`, () => {
  let terminal: Terminal;
  beforeAll(async () => {
    terminal = await openTerminal();
  });
  afterAll(() => terminal.close());

  it('serves the service that is registered with it', async () => {
    const port = await freePort();
    const made = await terminal.run(
      `
LB=$(aws elbv2 create-load-balancer --name web --subnets subnet-12345 \\
  --query 'LoadBalancers[0].[LoadBalancerArn,DNSName]' --output text)
TG=$(aws elbv2 create-target-group --name web --protocol HTTP --port 80 --vpc-id vpc-12345 --target-type ip \\
  --health-check-path /health --health-check-interval-seconds 5 --health-check-timeout-seconds 2 \\
  --query 'TargetGroups[0].TargetGroupArn' --output text)
aws elbv2 create-listener --load-balancer-arn \${LB%%[[:space:]]*} --protocol HTTP --port $PORT \\
  --default-actions Type=forward,TargetGroupArn=$TG > /dev/null
aws ecs create-cluster --cluster-name my-cluster > /dev/null
aws ecs register-task-definition --family web --network-mode awsvpc --requires-compatibilities FARGATE \\
  --cpu 256 --memory 512 \\
  --container-definitions 'name=web,image=app:1.2.0,portMappings=[{containerPort=80}]' > /dev/null
aws ecs create-service --cluster my-cluster --service-name web --task-definition web --desired-count 1 \\
  --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[subnet-12345]}' \\
  --load-balancers targetGroupArn=$TG,containerName=web,containerPort=80 > /dev/null
echo \${LB##*[[:space:]]}
`,
      { PORT: String(port) },
    );
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const { TargetGroups: [group] = [] } = await terminal.elbv2.send(
      new DescribeTargetGroupsCommand({ Names: ['web'] }),
    );
    const TargetGroupArn = group?.TargetGroupArn ?? '';
    await until(
      () => terminal.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
      ({ TargetHealthDescriptions: targets }) => targets?.[0]?.TargetHealth?.State === 'healthy',
    );
    const waited = await terminal.run(
      `
aws elbv2 wait target-in-service --target-group-arn $TG
aws elbv2 describe-target-health --target-group-arn $TG \\
  --query 'TargetHealthDescriptions[].TargetHealth.State' --output text
`,
      { TG: TargetGroupArn },
    );
    expect(waited).toMatchObject({ exitCode: 0, stdout: 'healthy\n', stderr: '' });
    const answer = await fetch(`http://${made.stdout.trim()}:${port}/`);
    expect(await answer.json()).toMatchObject({ version: '1.2.0' });
  });

  it('says in words what it refuses', async () => {
    const refused = await terminal.run(
      `aws elbv2 delete-target-group --target-group-arn $(aws elbv2 describe-target-groups --names web \\
  --query 'TargetGroups[0].TargetGroupArn' --output text)`,
    );
    expect(refused.exitCode).toBe(254);
    expect(refused.stderr).toMatch(
      /\(ResourceInUse\) when calling the DeleteTargetGroup operation: .* is currently in use by a listener or a rule/,
    );
  });
});
