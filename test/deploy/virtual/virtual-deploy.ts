/** A deploy in virtual time, from its first call to its verdict. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { seededRandom } from '../../../src/base/random.ts';
import { deploy, type DeployRequest } from '../../../src/deploy/commands/deploy.ts';
import type { DeployDependencies } from '../../../src/deploy/session/session.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import type { RolloutEntry } from '../../../src/record/entries.ts';
import { ShiftingScenario } from '../../local/virtual/shifting-scenario.ts';
import type { VirtualEcsOptions } from '../../local/virtual/virtual-ecs.ts';
import { virtualClients, type Death, type Layer, type VirtualClients } from './virtual-clients.ts';

const LIMIT_MS = 20 * 24 * 3_600_000;
const NAME = { cluster: 'shop', service: 'web' };

/** Strategies as the configuration has them, quick enough to be read in a test. */
export const STRATEGY = {
  type: 'canary',
  steps: [20],
  stepBakeMs: 60_000,
  finalBakeMs: 60_000,
  onClientLoss: undefined,
  traffic: {
    productionListenerRule: undefined,
    testListenerRule: undefined,
    alternateTargetGroupArn: undefined,
  },
} as const satisfies NonNullable<DeployRequest['strategy']>;

/** A service `web` that shifts its traffic, and deployers that come and go. */
export class VirtualDeploys {
  readonly world: ShiftingScenario;

  private constructor(world: ShiftingScenario) {
    this.world = world;
  }

  static async start(
    options: VirtualEcsOptions = {},
    configuration: DeploymentConfiguration = {},
  ): Promise<VirtualDeploys> {
    return new VirtualDeploys(
      await ShiftingScenario.start(
        { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0, ...configuration },
        options,
      ),
    );
  }

  /** Runs a command to its result, or until its client has died. */
  async run(
    body: (dependencies: DeployDependencies) => Promise<RolloutResult>,
    options: {
      readonly death?: Death;
      readonly layer?: Layer;
      readonly change?: Partial<DeployDependencies>;
    } = {},
  ): Promise<{
    readonly result: RolloutResult | undefined;
    readonly entries: readonly RolloutEntry[];
    readonly client: VirtualClients;
  }> {
    const { clock } = this.world.scenario.ecs;
    const client = await virtualClients(this.world.scenario.ecs, options.death, options.layer);
    const entries: RolloutEntry[] = [];
    let result: RolloutResult | undefined;
    let failure: { readonly error: unknown } | undefined;
    const running = body({
      clients: client.clients,
      clock,
      random: seededRandom(3),
      sinks: [(entry) => entries.push(entry)],
      tool: { name: 'fairlead', version: '0.0.0' },
      who: 'ann@build-7',
      ...options.change,
    }).then(
      (ended) => (result = ended),
      (error: unknown) => (failure = { error }),
    );
    await clock.runUntil(
      () => result !== undefined || failure !== undefined || client.isDead(),
      LIMIT_MS,
    );
    if (!client.isDead()) await running;
    if (failure !== undefined) throw new Error('the command failed', { cause: failure.error });
    return { result, entries, client };
  }

  /** Looks at the service, without a rollout. */
  async look<T>(
    body: (dependencies: Pick<DeployDependencies, 'clients' | 'random'>) => Promise<T>,
  ): Promise<T> {
    const { clients } = await virtualClients(this.world.scenario.ecs);
    return body({ clients, random: seededRandom(3) });
  }

  /** Deploys `app:VERSION`. */
  deploy(
    image: string,
    request: Partial<DeployRequest> = {},
    options: Parameters<VirtualDeploys['run']>[1] = {},
  ): ReturnType<VirtualDeploys['run']> {
    return this.run(
      (dependencies) =>
        deploy(
          {
            ...NAME,
            images: [image],
            allowMutableTag: false,
            wait: true,
            rollback: true,
            strategy: STRATEGY,
            ...request,
          },
          dependencies,
        ),
      options,
    );
  }

  /** Lets time pass until nothing is under way any more. */
  untilRest(): Promise<void> {
    return this.world.scenario.untilSteady();
  }

  /** Where the service stands: what it runs, what gets its production traffic, and what it carries of Fairlead. */
  async state(): Promise<{
    readonly definition: string;
    readonly tasks: readonly string[];
    readonly weights: Readonly<Record<string, number>>;
    readonly hooks: number;
    readonly tags: readonly string[];
  }> {
    const { scenario, productionRule } = this.world;
    const { services } = await scenario.ecs.call('DescribeServices', {
      cluster: 'shop',
      services: ['web'],
      include: ['TAGS'],
    });
    const service = services?.[0];
    const tasks = await scenario.tasks();
    return {
      definition: service?.taskDefinition?.split('/').at(-1) ?? '',
      tasks: [
        ...new Set(
          tasks
            .filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
            .map(({ taskDefinitionArn = '' }) => taskDefinitionArn.split('/').at(-1) ?? ''),
        ),
      ],
      weights: this.world.weights(productionRule),
      hooks: service?.deploymentConfiguration?.lifecycleHooks?.length ?? 0,
      tags: (service?.tags ?? []).flatMap(({ key }) => key ?? []),
    };
  }
}
