/** `fairlead deploy`. */
import type {
  CancelPolicy,
  Configuration,
  StrategyWish,
} from '../deploy/configuration/configuration.ts';
import type { DocumentSource } from '../deploy/definition/document-source.ts';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/errors.ts';
import {
  readAnalysisOption,
  readHookOption,
  readSteps,
} from '../deploy/configuration/option-readers.ts';
import { withOptions } from '../deploy/configuration/with-options.ts';
import type { ConfigurationOptions } from '../deploy/configuration/configuration-options.ts';
import { deploy as deployService, type DeployRequest } from '../deploy/commands/deploy.ts';
import type { JsonObject } from '../deploy/definition/json.ts';
import { configurationFor } from './configured.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { LogFormat, ServiceFlags } from './options.ts';

/** The options as the command gets them. */
export interface DeployFlags extends ServiceFlags {
  readonly image?: readonly string[];
  readonly taskDefinition?: string;
  readonly serviceDefinition?: string;
  readonly strategy?: StrategyWish['type'];
  /** As typed: the readers load the configuration's schema, which help does without. */
  readonly steps?: string;
  /** Milliseconds. */
  readonly stepBake?: number;
  /** Milliseconds. */
  readonly finalBake?: number;
  readonly onClientLoss?: 'rollback';
  readonly analysis?: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly forceNewDeployment: boolean;
  readonly desiredCount?: number;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly enableExecuteCommand?: boolean;
  readonly allowMutableTag: boolean;
  readonly supersede: boolean;
  readonly onCancel?: CancelPolicy;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly wait: boolean;
  readonly rollback: boolean;
  readonly record?: string;
  readonly logFormat: LogFormat;
}

/** Deploys and says what became of it. */
export async function deploy(this: CliContext, flags: DeployFlags): Promise<void> {
  const configuration = await configurationOf(this, flags);
  const { cluster, service, region, onCancel } = configuration;
  const request = requestOf(configuration, flags);
  const named = { ...flags, cluster, service, ...(region === undefined ? {} : { region }) };
  await followRollout(this, { ...named, onCancel }, (dependencies) =>
    deployService(request, dependencies),
  );
}

/**
 * The file with the options laid over it.
 * @throws UserError (exit code 2)
 */
export async function configurationOf(
  context: CliContext,
  flags: DeployFlags,
): Promise<Configuration> {
  const file = await configurationFor(context, flags);
  const options: ConfigurationOptions = {
    cluster: flags.cluster,
    service: flags.service,
    region: flags.region,
    images: flags.image,
    taskDefinition: flags.taskDefinition,
    serviceDefinition: flags.serviceDefinition,
    strategy: flags.strategy,
    steps: read('--steps', flags.steps, readSteps),
    stepBakeMs: flags.stepBake,
    finalBakeMs: flags.finalBake,
    onClientLoss: flags.onClientLoss,
    analysis: flags.analysis?.map((text) => read('--analysis', text, readAnalysisOption)),
    before: flags.before?.map((text) =>
      read('--before', text, (hook) => readHookOption(hook, 'before')),
    ),
    after: flags.after?.map((text) =>
      read('--after', text, (hook) => readHookOption(hook, 'after')),
    ),
    allowMutableTag: flags.allowMutableTag,
    onCancel: flags.onCancel,
    timeoutMs: flags.timeout,
  };
  return explained(() => withOptions(file, options));
}

/** Adds where the options are explained. */
function explained<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError) || error.hint !== undefined) throw error;
    throw new UserError(error.code, error.message, {
      ...{ hint: 'See: fairlead deploy --help', exitCode: error.exitCode, cause: error },
    });
  }
}

/** Reads an option; what is wrong with it is told with its name. */
function read<T>(option: string, text: string, reader: (text: string) => T): T;
function read<T>(
  option: string,
  text: string | undefined,
  reader: (text: string) => T,
): T | undefined;
function read<T>(
  option: string,
  text: string | undefined,
  reader: (text: string) => T,
): T | undefined {
  if (text === undefined) return undefined;
  try {
    return reader(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code, `${option}: ${error.message}`, {
      ...{ hint: 'See: fairlead deploy --help', exitCode: 2, cause: error },
    });
  }
}

/** What the deployer is asked for. */
function requestOf(configuration: Configuration, flags: DeployFlags): DeployRequest {
  const { cluster, service, images, analysis, hooks, tags, onCancel, places } = configuration;
  const { desiredCount, healthCheckGracePeriodSeconds, enableExecuteCommand } = flags;
  return {
    cluster,
    service,
    images: [...images].map(([container, ref]) => (container === '' ? ref : `${container}=${ref}`)),
    allowMutableTag: tags === 'any',
    analysis,
    hooks,
    onCancel,
    ...defined({ places }),
    forceNewDeployment: flags.forceNewDeployment,
    supersede: flags.supersede,
    wait: flags.wait,
    rollback: flags.rollback,
    ...defined({
      taskDefinition: definitionOf(configuration.taskDefinition),
      serviceDefinition: configuration.serviceDefinition,
      strategy: configuration.strategy,
      timeoutMs: configuration.timeoutMs,
      desiredCount,
      healthCheckGracePeriodSeconds,
      enableExecuteCommand,
    }),
  };
}

function definitionOf(source: DocumentSource | undefined): string | JsonObject | undefined {
  return source?.kind === 'inline' ? source.value : source?.text;
}
