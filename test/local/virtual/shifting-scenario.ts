/** A service whose traffic is shifted by listener rules, in virtual time. */
import type { CreateServiceRequest, DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { Scenario } from './scenario.ts';
import type { VirtualEcsOptions } from './virtual-ecs.ts';

const CHECK = {
  HealthCheckIntervalSeconds: 5,
  HealthCheckTimeoutSeconds: 2,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 2,
};

/** What happened, as it shows from outside. */
export interface Seen {
  readonly stage: string;
  /** Green's share of production traffic by the rule itself. */
  readonly production: number;
  /** The status of the service deployment. */
  readonly status: string;
}

/** `web` behind a production and a test listener, target groups `blue` and `green`. */
export class ShiftingScenario {
  readonly scenario: Scenario;
  readonly productionRule: string;
  readonly testRule: string;
  readonly groups: readonly string[];

  private constructor(
    scenario: Scenario,
    rules: { readonly production: string; readonly test: string },
    groups: readonly string[],
  ) {
    this.scenario = scenario;
    this.productionRule = rules.production;
    this.testRule = rules.test;
    this.groups = groups;
  }

  /** With version 1.0.0 deployed. */
  static async start(
    configuration: DeploymentConfiguration,
    options: VirtualEcsOptions = {},
    members: Partial<CreateServiceRequest> = {},
  ): Promise<ShiftingScenario> {
    const scenario = await Scenario.start(['1.0.0', '2.0.0', '3.0.0'], options, {
      networkMode: 'awsvpc',
    });
    const { ecs } = scenario;
    const { LoadBalancers = [] } = await ecs.call('CreateLoadBalancer', { Name: 'front' });
    const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
    const groups: string[] = [];
    for (const Name of ['blue', 'green']) {
      const { TargetGroups = [] } = await ecs.call('CreateTargetGroup', {
        ...{ Name, Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-1' },
        ...CHECK,
      });
      groups.push(TargetGroups[0]?.TargetGroupArn ?? '');
    }
    const listen = async (Port: number, group: string): Promise<string> => {
      const { Listeners = [] } = await ecs.call('CreateListener', {
        ...{ LoadBalancerArn, Port, Protocol: 'HTTP' },
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      });
      const { Rules = [] } = await ecs.call('DescribeRules', {
        ListenerArn: Listeners[0]?.ListenerArn ?? '',
      });
      return Rules[0]?.RuleArn ?? '';
    };
    const [blue = '', green = ''] = groups;
    const production = await listen(80, blue);
    const test = await listen(8080, green);
    const result = new ShiftingScenario(scenario, { production, test }, groups);
    await scenario.create({
      loadBalancers: result.loadBalancers(),
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      deploymentConfiguration: configuration,
      ...members,
    });
    await scenario.untilSteady();
    return result;
  }

  loadBalancers(): NonNullable<CreateServiceRequest['loadBalancers']> {
    const [targetGroupArn = '', alternateTargetGroupArn = ''] = this.groups;
    return [
      {
        ...{ targetGroupArn, containerName: 'app', containerPort: 80 },
        advancedConfiguration: {
          alternateTargetGroupArn,
          productionListenerRule: this.productionRule,
          testListenerRule: this.testRule,
          roleArn: 'arn:aws:iam::123456789012:role/ecsInfrastructureRole',
        },
      },
    ];
  }

  /** Weights of a rule's target groups by the groups' names, in percent. */
  weights(rule: string): Readonly<Record<string, number>> {
    const { store } = this.scenario.ecs;
    const listener = [...store.listeners.values()].find(
      ({ defaultRuleArn }) => defaultRuleArn === rule,
    );
    const groups = listener?.defaultActions[0]?.ForwardConfig?.TargetGroups ?? [];
    const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
    return Object.fromEntries(
      groups.map(({ TargetGroupArn = '', Weight = 1 }) => [
        store.targetGroups.get(TargetGroupArn)?.targetGroupName ?? '',
        (100 * Weight) / total,
      ]),
    );
  }

  /** Follows the newest service deployment: each stage and status that it has from now on, once. */
  follow(): readonly Seen[] {
    const seen: Seen[] = [];
    this.scenario.ecs.store.onChange((changes) => {
      for (const { table, entity } of changes) {
        if (table !== 'serviceDeployments') continue;
        const { status, shift } = entity as {
          readonly status: string;
          readonly shift?: { readonly stage: string; readonly productionPercent: number };
        };
        if (shift === undefined) continue;
        const next = { stage: shift.stage, production: shift.productionPercent, status };
        if (JSON.stringify(seen.at(-1)) !== JSON.stringify(next)) seen.push(next);
      }
    });
    return seen;
  }

  /** Follows production traffic: each moment from now on at which a part of it goes where no healthy target is. */
  watchTraffic(): readonly string[] {
    const { store } = this.scenario.ecs;
    const unanswered: string[] = [];
    store.onChange(() => {
      const healthy = new Set(
        [...store.targets.values()]
          .filter(
            ({ health, deregisteredAt }) => health === 'healthy' && deregisteredAt === undefined,
          )
          .map(({ targetGroupArn }) => store.targetGroups.get(targetGroupArn)?.targetGroupName),
      );
      for (const [group, percent] of Object.entries(this.weights(this.productionRule)))
        if (percent > 0 && !healthy.has(group)) unanswered.push(`${percent} % to ${group}`);
    });
    return unanswered;
  }

  /** Lets time pass until the deployment under way has come to an end. */
  async untilEnded(): Promise<string> {
    const ended = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];
    await this.untilRecord(({ status }) => ended.includes(status));
    return (await this.scenario.rollout()).status ?? '';
  }

  /** Lets time pass until the deployment under way is in this stage, begun or waiting. */
  async untilStage(stage: string, step = 0): Promise<void> {
    let entered = 0;
    let former = -1;
    await this.untilRecord(({ shift }) => {
      if (shift?.stage !== stage) return false;
      if (shift.position !== former) entered++;
      former = shift.position;
      return entered > step;
    });
  }

  private async untilRecord(
    condition: (record: {
      readonly status: string;
      readonly shift?: { readonly stage: string; readonly position: number };
    }) => boolean,
  ): Promise<void> {
    await this.scenario.until(({ currentServiceDeploymentArn = '' }) => {
      const record = this.scenario.ecs.store.serviceDeployments.get(currentServiceDeploymentArn);
      return record !== undefined && condition(record);
    });
  }
}
