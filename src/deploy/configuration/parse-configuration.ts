/** Reads `fairlead.yaml`. */
import { dirname, isAbsolute, join } from 'node:path';
import {
  parseCheckedYaml,
  parsePlacedYaml,
  type Variables,
} from '../../base/configuration/checked-yaml.ts';
import { showPath, type Path, type Problem } from '../../base/configuration/problems.ts';
import { itemsOf, memberOf, readable, readableMembers } from '../../base/configuration/readable.ts';
import { messageOf, systemCode, UserError } from '../../base/errors.ts';
import { parseDefinitionSource } from '../definition/definition-source.ts';
import { analysisEntry } from './analysis-schema.ts';
import { definitionPlaces, type FileConfiguration } from './configuration.ts';
import type { DocumentSource, PlaceOf } from '../definition/document-source.ts';
import { crossProblems } from './cross-field.ts';
import { nameChecks } from './name-checks.ts';
import { fileSchema, serviceSchema, type WrittenFile } from './schema.ts';
import { strategySchema, strategyShape } from './strategy-schema.ts';

/** Where a configuration is looked for, in this order. */
export const CONFIGURATION_FILES = ['fairlead.yaml', 'fairlead.yml', 'fairlead.json'] as const;

/** What `cluster` is unless given: the cluster that ECS takes by itself. */
export const DEFAULT_CLUSTER = 'default';

/** The effects that reading needs. */
export interface ConfigurationReading {
  /** The file that was named; undefined looks for the usual ones. */
  readonly path: string | undefined;
  /** Rejects with the error of Node.js's readFile. */
  readonly readFile: (path: string) => Promise<string>;
  /** What `${VAR}` may name: the environment. */
  readonly variables: Variables;
}

/**
 * Reads the configuration of the present folder, or the one that was named.
 * @returns undefined when none was named and none is there
 * @throws UserError CONFIGURATION_UNREADABLE or CONFIGURATION_INVALID (exit code 2)
 */
export async function readConfiguration({
  path,
  readFile,
  variables,
}: ConfigurationReading): Promise<FileConfiguration | undefined> {
  for (const file of path === undefined ? CONFIGURATION_FILES : [path]) {
    const text = await textOf(file, readFile);
    if (text !== undefined) return parseConfiguration(text, file, variables);
  }
  if (path === undefined) return undefined;
  throw unreadable(`the configuration file ${path} does not exist`);
}

/** Whose configuration it is. */
export type ConfiguredService = Pick<FileConfiguration, 'region' | 'cluster' | 'service'>;

/**
 * Reads only which service a configuration is about, for commands that deploy nothing: variables of images and other parts need
 * not be set.
 * @returns undefined when none was named and none is there
 * @throws UserError CONFIGURATION_UNREADABLE or CONFIGURATION_INVALID (exit code 2)
 */
export async function readConfiguredService({
  path,
  readFile,
  variables,
}: ConfigurationReading): Promise<ConfiguredService | undefined> {
  for (const file of path === undefined ? CONFIGURATION_FILES : [path]) {
    const text = await textOf(file, readFile);
    if (text === undefined) continue;
    const { region, cluster, service } = parseCheckedYaml(text, file, variables, {
      code: 'CONFIGURATION_INVALID',
      whenEmpty: 'it may begin with "service: NAME"',
      schema: serviceSchema,
      readsOnly: ['region', 'cluster', 'service'],
    });
    return { region, cluster: cluster ?? DEFAULT_CLUSTER, service };
  }
  if (path === undefined) return undefined;
  throw unreadable(`the configuration file ${path} does not exist`);
}

async function textOf(
  file: string,
  readFile: ConfigurationReading['readFile'],
): Promise<string | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(`the configuration file ${file} cannot be read: ${messageOf(error)}`, error);
  }
}

function unreadable(message: string, cause?: unknown): UserError {
  return new UserError('CONFIGURATION_UNREADABLE', message, {
    hint: 'Give the path of a YAML or JSON file with --config, or leave it out and use options.',
    exitCode: 2,
    cause,
  });
}

/**
 * Reads the text of a configuration, YAML or JSON.
 * @param file its path, for messages; paths in it are relative to its folder
 * @param variables what `${VAR}` may name
 * @throws UserError CONFIGURATION_INVALID (exit code 2) with file, line, column, field, value and what would be right, for
 *   every problem
 */
export function parseConfiguration(
  text: string,
  file: string,
  variables: Variables,
): FileConfiguration {
  const { data: written, placeOf } = parsePlacedYaml(text, file, variables, {
    code: 'CONFIGURATION_INVALID',
    whenEmpty: 'it may begin with "service: NAME"',
    schema: fileSchema,
    problemsOf: contradictions,
    isVerbatim,
  });
  const folder = dirname(file);
  return {
    region: written.region,
    cluster: written.cluster ?? DEFAULT_CLUSTER,
    service: written.service,
    taskDefinition: besideFile(written.task_definition, folder, isPath),
    serviceDefinition: besideFile(written.service_definition, folder, () => true),
    images: new Map(Object.entries(written.images ?? {})),
    strategy: written.strategy,
    analysis: nameChecks(written.analysis ?? []),
    hooks: { before: written.hooks?.before ?? [], after: written.hooks?.after ?? [] },
    tags: written.policy?.tags ?? 'immutable',
    onCancel: written.on_cancel ?? 'detach',
    timeoutMs: written.timeout,
    ...definitionPlaces({
      taskDefinition: placesOf(written, 'task_definition', placeOf),
      serviceDefinition: placesOf(written, 'service_definition', placeOf),
    }),
  };
}

function placesOf(
  written: WrittenFile,
  key: 'task_definition' | 'service_definition',
  placeOf: PlaceOf,
): PlaceOf | undefined {
  return written[key] === undefined ? undefined : (path) => placeOf([key, ...path]);
}

/** The parts that AWS defines: their keys and values go to AWS as they are. */
export function isVerbatim(path: Path): boolean {
  const [top, , kind, member] = path;
  if (top === 'task_definition' || top === 'service_definition') return path.length > 1;
  if (top !== 'analysis') return false;
  return (
    (kind === 'cloudwatch' && path.length > 3) ||
    (kind === 'http' && member === 'json' && path.length > 4)
  );
}

/** What the parts mean together, as far as each can be read. */
function contradictions(data: unknown): readonly Problem[] {
  return crossProblems(
    {
      strategy: readable(
        strategySchema,
        readableMembers(strategyShape, memberOf(data, 'strategy')),
      ),
      analysis: itemsOf(memberOf(data, 'analysis')).map((entry) => readable(analysisEntry, entry)),
    },
    showPath,
  );
}

function isPath(text: string): boolean {
  return parseDefinitionSource(text).kind === 'file';
}

function besideFile(
  source: DocumentSource | undefined,
  folder: string,
  isFile: (text: string) => boolean,
): DocumentSource | undefined {
  if (source?.kind !== 'named' || !isFile(source.text)) return source;
  const path = source.text.startsWith('file://')
    ? source.text.slice('file://'.length)
    : source.text;
  if (isAbsolute(path)) return { kind: 'named', text: path };
  const joined = join(folder, path);
  // "./web" is a file and "web" a family.
  return { kind: 'named', text: /[./\\]/.test(joined) ? joined : `./${joined}` };
}
