/** What a deploy is asked to do. */
import type {
  AnalysisCheck,
  DocumentSource,
  StrategyWish,
} from '../configuration/configuration.ts';
import type { JsonObject } from '../definition/json.ts';
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
