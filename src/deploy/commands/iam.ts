/** `fairlead iam`: the least IAM policy for what a configuration does; better where the service can be read, possible without. */
import type { Configuration } from '../configuration/configuration.ts';
import { familyOf } from '../definition/definition-source.ts';
import { containersOf, type TaskDefinitionContent } from '../definition/task-definition.ts';
import { readGiven } from '../definition/wanted-definition.ts';
import type { DocumentReading } from '../definition/written.ts';
import type { KnownDefinition } from '../iam/fact-sources.ts';
import { factsOf } from '../iam/facts-of.ts';
import type { FactSources } from '../iam/fact-sources.ts';
import { LiveReader } from '../iam/live-reader.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { policyFor } from '../iam/policy-for.ts';
import { readServiceDefinition } from '../service-definition/read-service-definition.ts';
import type { QueryDependencies } from '../session/query.ts';

export interface IamRequest {
  readonly configuration: Configuration;
  readonly options: FactSources['options'];
}

export interface IamDependencies extends DocumentReading {
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
          dependencies,
          configuration,
          configuration.places?.serviceDefinition,
        );
  const running = await live.running(service);
  const wanted = await wantedDefinition(configuration, dependencies, live);
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
  { taskDefinition: source, places }: Configuration,
  dependencies: IamDependencies,
  live: LiveReader,
): Promise<KnownDefinition | undefined> {
  const given = await readGiven(
    source?.kind === 'inline' ? source.value : source?.text,
    dependencies,
    places?.taskDefinition,
  );
  if (given === undefined) return undefined;
  return given.kind === 'registered' ? live.definition(given.name) : known(given);
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
