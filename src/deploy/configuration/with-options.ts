/** What the command line says, laid over what the file says. */
import type { ConfigurationOptions } from './configuration-options.ts';
import type { z } from 'zod';
import { showPath, type Path } from '../../base/configuration/problems.ts';
import { UserError } from '../../base/errors.ts';
import { definitionPlaces, type Configuration, type FileConfiguration } from './configuration.ts';
import type { DocumentSource } from '../definition/document-source.ts';
import { crossProblems } from './cross-field.ts';
import { layImages } from './lay-images.ts';
import { layStrategy } from './lay-strategy.ts';
import { nameChecks } from './name-checks.ts';
import { DEFAULT_CLUSTER } from './parse-configuration.ts';
import { shape } from './schema.ts';

/** The option for each field of the file. */
const OPTION_OF: readonly (readonly [
  field: string,
  option: keyof ConfigurationOptions,
  name: string,
])[] = [
  ['strategy.type', 'strategy', '--strategy'],
  ['strategy.steps', 'steps', '--steps'],
  ['strategy.step_bake', 'stepBakeMs', '--step-bake'],
  ['strategy.final_bake', 'finalBakeMs', '--final-bake'],
  ['strategy.on_client_loss', 'onClientLoss', '--on-client-loss'],
  ['analysis', 'analysis', '--analysis'],
  ['hooks.before', 'before', '--before'],
];

/**
 * The whole configuration of a deploy.
 * @param file what readConfiguration gave; undefined without a file
 * @throws UserError USAGE (exit code 2): every problem, by the name of its option
 */
export function withOptions(
  file: FileConfiguration | undefined,
  options: ConfigurationOptions,
): Configuration {
  const problems: string[] = [];
  const service = options.service ?? file?.service;
  if (service === undefined)
    problems.push('--service is missing; give it, or write "service: NAME" in fairlead.yaml');
  checkTexts(options, problems);
  const images = layImages(file?.images ?? new Map(), options.images ?? [], problems);
  const strategy = layStrategy(file?.strategy, options, problems);
  const analysis = options.analysis ?? file?.analysis ?? [];
  const before = options.before ?? file?.hooks.before ?? [];
  const nameOf = namesFor(options);
  problems.push(
    ...crossProblems({ strategy, analysis }, nameOf).map(
      ({ path, text }) => `${nameOf(path)} ${text}`,
    ),
  );
  if (problems.length > 0 || service === undefined)
    throw new UserError('USAGE', [...new Set(problems)].join('\n'), { exitCode: 2 });
  return {
    region: options.region ?? file?.region,
    cluster: options.cluster ?? file?.cluster ?? DEFAULT_CLUSTER,
    service,
    taskDefinition: named(options.taskDefinition) ?? file?.taskDefinition,
    serviceDefinition: named(options.serviceDefinition) ?? file?.serviceDefinition,
    images,
    strategy,
    analysis: nameChecks(analysis),
    hooks: { before, after: options.after ?? file?.hooks.after ?? [] },
    tags: options.allowMutableTag === true ? 'any' : (file?.tags ?? 'immutable'),
    onCancel: options.onCancel ?? file?.onCancel ?? 'detach',
    timeoutMs: options.timeoutMs ?? file?.timeoutMs,
    ...definitionPlaces({
      taskDefinition:
        options.taskDefinition === undefined ? file?.places?.taskDefinition : undefined,
      serviceDefinition:
        options.serviceDefinition === undefined ? file?.places?.serviceDefinition : undefined,
    }),
  };
}

function named(text: string | undefined): DocumentSource | undefined {
  return text === undefined ? undefined : { kind: 'named', text };
}

/** What is one text in the file too is checked as there. */
function checkTexts(options: ConfigurationOptions, problems: string[]): void {
  const check = (name: string, schema: z.ZodType, value: string | undefined): void => {
    if (value === undefined) return;
    const issues = schema.safeParse(value).error?.issues ?? [];
    problems.push(...issues.map(({ message }) => `${name} ${message}`));
  };
  check('--cluster', shape.cluster, options.cluster);
  check('--service', shape.service, options.service);
  check('--region', shape.region, options.region);
  check('--task-definition', shape.task_definition, options.taskDefinition);
  check('--service-definition', shape.service_definition, options.serviceDefinition);
}

/** Calls a field by the option that gave it, else as the file does. */
function namesFor(options: ConfigurationOptions): (path: Path) => string {
  return (path) => {
    const field = showPath(path);
    const option = OPTION_OF.find(
      ([name, key]) => field.startsWith(name) && options[key] !== undefined,
    );
    return option === undefined ? field : option[2];
  };
}
