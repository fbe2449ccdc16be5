/** What the service definition of a deploy asks of the service. */
import type { Tag, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { DocumentSource } from '../configuration/configuration.ts';
import { readServiceDefinition } from '../service-definition/read-service-definition.ts';
import { readChange } from '../service-definition/read-change.ts';
import { startsDeployment } from '../service-definition/service-change.ts';
import type { ServiceDefinition } from '../service-definition/service-definition.ts';
import { withStrategy } from '../service-definition/with-strategy.ts';
import type { Session } from '../session/session.ts';
import type { StrategyConfiguration } from '../strategy/native-strategy.ts';
import { report } from './findings.ts';
import type { OpenService } from './open-service.ts';

/** What the one UpdateService changes beside the task definition. */
export interface WantedChange {
  readonly update: Partial<UpdateServiceCommandInput>;
  /** True where ECS replaces tasks for it, whatever the task definition. */
  readonly startsDeployment: boolean;
  /** To be set on the service, which starts nothing. */
  readonly tags: readonly Tag[];
}

/**
 * Reads the definition, where the deploy has one.
 * @throws UserError (exit code 2)
 */
export async function readDefinition(
  session: Session,
  source: DocumentSource | undefined,
): Promise<ServiceDefinition | undefined> {
  if (source === undefined) return undefined;
  return readServiceDefinition(source, (path) => session.readFile(path), session.name);
}

/**
 * Compares the service with its definition; nothing is changed yet.
 * @param strategy what the configuration's strategy block says, which goes before the definition
 * @throws UserError (exit code 2) for what cannot be changed, ApiError
 */
export async function wantedChange(
  session: Session,
  { service }: Pick<OpenService, 'service'>,
  definition: ServiceDefinition | undefined,
  strategy: StrategyConfiguration | undefined,
): Promise<WantedChange> {
  if (definition === undefined) {
    return {
      update: strategy === undefined ? {} : { deploymentConfiguration: strategy },
      startsDeployment: false,
      tags: [],
    };
  }
  const wanted = withStrategy(definition, strategy);
  report(session, wanted.notes);
  const change = await readChange(session, service, wanted);
  report(session, change.findings);
  const { update, tags } = change;
  return { update, startsDeployment: startsDeployment(update), tags };
}
