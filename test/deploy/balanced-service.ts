/** A service behind a load balancer. */
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from '../../src/deploy/aws/aws-clients.ts';

/** Two tasks with network interfaces of their own behind a listener. */
export async function serviceBehindBalancer({ ecs, elbv2 }: AwsClients): Promise<void> {
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '0' }],
    }),
  );
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 18080,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'balanced',
      networkMode: 'awsvpc',
      containerDefinitions: [
        { name: 'web', image: 'team/web:1.0.0', memory: 64, portMappings: [{ containerPort: 80 }] },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'balanced',
      taskDefinition: 'balanced',
      desiredCount: 2,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: 'web', containerPort: 80 }],
    }),
  );
}
