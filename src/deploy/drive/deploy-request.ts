/** What a deploy is asked to do. */
import type {
  AnalysisCheck,
  DefinitionPlaces,
  StrategyWish,
} from '../configuration/configuration.ts';
import type { DocumentSource } from '../definition/document-source.ts';
import type { JsonObject } from '../definition/json.ts';
import type { DefinitionWish } from '../definition/wanted-definition.ts';
import type { ServiceDefinition } from '../service-definition/service-definition.ts';
import type { Hooks } from './deploy-hooks.ts';
import type { RolloutOptions } from './roll-out.ts';

/** What to deploy and how. What is left undefined is left alone. */
export interface DeployRequest extends RolloutOptions {
  /** `[CONTAINER=]REF`, one for each container that changes. */
  readonly images?: readonly string[];
  /** A file, FAMILY, FAMILY:REVISION or an ARN, or the definition itself; by default what the service runs. */
  readonly taskDefinition?: string | JsonObject;
  /** Creates the service where it does not exist; what differs is updated. */
  readonly serviceDefinition?: DocumentSource;
  /** Where the configuration has the definitions, for messages. */
  readonly places?: DefinitionPlaces;
  /** Takes images whose tag may move. */
  readonly allowMutableTag: boolean;
  /** How traffic and tasks move; by default as the service is configured. */
  readonly strategy?: StrategyWish;
  /** What decides at the gates of a traffic shift. */
  readonly analysis?: readonly AnalysisCheck[];
  readonly hooks?: Hooks;
  /** True: takes the place of a rollout that runs. */
  readonly supersede?: boolean;
}

/** The request with all that was written down read: nothing of it is wrong by itself. */
export interface ReadRequest {
  readonly request: DeployRequest;
  readonly wish: DefinitionWish;
  readonly serviceDefinition: ServiceDefinition | undefined;
}
