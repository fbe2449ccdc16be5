/** `fairlead iam`: the least IAM policy for what a configuration does; better where the service can be read, possible without. */
import { UserError } from '../../base/errors.ts';
import type { Configuration, DocumentSource } from '../configuration/configuration.ts';
import {
  definitionContent,
  familyOf,
  parseDefinitionFile,
  parseDefinitionSource,
} from '../definition/definition-source.ts';
import { containersOf, type TaskDefinitionContent } from '../definition/task-definition.ts';
import { factsOf, type FactSources, type KnownDefinition } from '../iam/facts-of.ts';
import { LiveReader } from '../iam/live-reader.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { policyFor } from '../iam/policy-for.ts';
import { readServiceDefinition } from '../service-definition/read-service-definition.ts';
import type { QueryDependencies } from '../session/query.ts';

export interface IamRequest {
  readonly configuration: Configuration;
  readonly options: FactSources['options'];
}

export interface IamDependencies {
  readonly readFile: (path: string) => Promise<string>;
  /** Undefined: AWS is not asked. */
  readonly aws: QueryDependencies | undefined;
}

/** The policy, and in sentences what it could not know. */
export interface IamResult {
  readonly policy: PolicyDocument;
  readonly notes: readonly string[];
}

/**
 * Builds the policy. That AWS cannot be asked is a note.
 * @throws UserError (exit code 2) when a file that the configuration names is wrong
 */
export async function iam(request: IamRequest, dependencies: IamDependencies): Promise<IamResult> {
  const { configuration, options } = request;
  const notes: string[] = [];
  const live = new LiveReader(configuration, dependencies.aws, notes);
  const service = await live.service();
  const serviceDefinition =
    configuration.serviceDefinition === undefined
      ? undefined
      : await readServiceDefinition(
          configuration.serviceDefinition,
          dependencies.readFile,
          configuration,
        );
  const running = await live.running(service);
  const wanted = await wantedDefinition(configuration.taskDefinition, dependencies, live);
  const deployed = [running, wanted].filter((each) => each !== undefined);
  const { facts, notes: unknown } = factsOf({
    configuration,
    options,
    service,
    serviceDefinition,
    deployed,
    hookDefinitions: await hookDefinitions(configuration, deployed, live),
    traffic: service === undefined ? undefined : await live.traffic(service),
  });
  return { policy: policyFor(facts), notes: [...notes, ...unknown] };
}

async function wantedDefinition(
  source: DocumentSource | undefined,
  { readFile }: IamDependencies,
  live: LiveReader,
): Promise<KnownDefinition | undefined> {
  if (source === undefined) return undefined;
  if (source.kind === 'inline') return known(definitionContent(source.value, 'task_definition'));
  const { text } = source;
  const named = parseDefinitionSource(text);
  if (named.kind === 'registered') return live.definition(named.name);
  try {
    return known(parseDefinitionFile(await readFile(named.path), named.path));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('TASK_DEFINITION_INVALID', `cannot read ${named.path}`, {
      hint: 'Give the path of a task definition in JSON, or FAMILY[:REVISION].',
      exitCode: 2,
      cause: error,
    });
  }
}

function known({ definition, tags }: TaskDefinitionContent): KnownDefinition {
  return { family: familyOf(definition), content: definition, tags: tags ?? [] };
}

/** What hooks run that is no container of what is deployed. */
async function hookDefinitions(
  { hooks }: Configuration,
  deployed: readonly KnownDefinition[],
  live: LiveReader,
): Promise<readonly KnownDefinition[]> {
  const containers = new Set(
    deployed.flatMap(({ content = {} }) => containersOf(content)).map(({ name }) => name),
  );
  const names = new Set(
    [...hooks.before, ...hooks.after].flatMap((hook) =>
      hook.kind === 'run_task' && !containers.has(hook.task) ? [hook.task] : [],
    ),
  );
  const found: KnownDefinition[] = [];
  for (const name of names) found.push(await live.definition(name));
  return found;
}
