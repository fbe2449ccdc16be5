/** Which service a command is about: what the options say, else what `fairlead.yaml` in this folder says. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../base/errors.ts';
import {
  CONFIGURATION_FILES,
  DEFAULT_CLUSTER,
  readConfiguration,
  readConfiguredService,
  type ConfigurationReading,
  type ConfiguredService,
} from '../deploy/configuration/parse-configuration.ts';
import type { FileConfiguration } from '../deploy/configuration/configuration.ts';
import type { CliContext } from './context.ts';
import type { ServiceFlags } from './options.ts';

/** Options whose service is known. */
export type NamedService<Flags extends ServiceFlags> = Flags & {
  readonly cluster: string;
  readonly service: string;
};

/**
 * Reads the configuration that belongs to the options: the one that --config names; else the folder's own, unless --service
 * says that the options speak for themselves.
 * @throws UserError (exit code 2)
 */
export async function configurationFor(
  context: Pick<CliContext, 'env'>,
  { config, service }: Pick<ServiceFlags, 'config' | 'service'>,
): Promise<FileConfiguration | undefined> {
  if (config === undefined && service !== undefined) return undefined;
  return readConfiguration(readingOf(context, config));
}

/** Only which service the file is about: its other variables need not be set for a look at the service. */
async function serviceOfFile(
  context: Pick<CliContext, 'env'>,
  { config, service }: Pick<ServiceFlags, 'config' | 'service'>,
): Promise<ConfiguredService | undefined> {
  if (config === undefined && service !== undefined) return undefined;
  return readConfiguredService(readingOf(context, config));
}

function readingOf(
  { env }: Pick<CliContext, 'env'>,
  path: string | undefined,
): ConfigurationReading {
  return { path, readFile: (file) => readFile(file, 'utf8'), variables: env };
}

/**
 * The options with the service that they are about.
 * @throws UserError (exit code 2) where neither the options nor a file name one
 */
export async function withService<Flags extends ServiceFlags>(
  context: Pick<CliContext, 'env'>,
  flags: Flags,
): Promise<NamedService<Flags>> {
  const file = await serviceOfFile(context, flags);
  const service = flags.service ?? file?.service;
  if (service === undefined) throw noService(file);
  const region = flags.region ?? file?.region;
  return {
    ...flags,
    service,
    cluster: flags.cluster ?? file?.cluster ?? DEFAULT_CLUSTER,
    ...(region === undefined ? {} : { region }),
  };
}

function noService(file: ConfiguredService | undefined): UserError {
  return new UserError('USAGE', 'which service? --service is missing', {
    hint:
      file === undefined
        ? `Give --service NAME, or write "service: NAME" into ${CONFIGURATION_FILES[0]} in this folder.`
        : 'Give --service NAME, or write "service: NAME" into the configuration file.',
    exitCode: 2,
  });
}
