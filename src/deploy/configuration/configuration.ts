/** What a configuration file or the options ask for, read and checked: plain data that no longer knows where it came from. */
import type { DocumentSource, PlaceOf } from '../definition/document-source.ts';
import type { CheckMoment } from '../observed/open-gate.ts';
import type { OnNoData } from '../../analysis/measurement.ts';
import { defined } from '../../base/defined.ts';
import type { JsonObject } from '../definition/json.ts';

/** Everything that `fairlead.yaml` can say (docs/reference/configuration.md). */
export interface Configuration {
  readonly region: string | undefined;
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: DocumentSource | undefined;
  /** Creates the service where it does not exist; what differs is updated. */
  readonly serviceDefinition: DocumentSource | undefined;
  /** By container name; a definition with one container may be meant by the empty name. */
  readonly images: ReadonlyMap<string, string>;
  /** Undefined: the service's own strategy is left as it is. */
  readonly strategy: StrategyWish | undefined;
  readonly analysis: readonly AnalysisCheck[];
  readonly hooks: { readonly before: readonly Hook[]; readonly after: readonly Hook[] };
  /** `any` allows tags that may move, such as latest. */
  readonly tags: 'immutable' | 'any';
  readonly onCancel: CancelPolicy;
  /** Milliseconds; undefined: the command's default. */
  readonly timeoutMs: number | undefined;
  /** Where the definitions stand in the file, for messages about them. */
  readonly places?: DefinitionPlaces;
}

/** Those that the file has, and no option has instead. */
export interface DefinitionPlaces {
  readonly taskDefinition?: PlaceOf;
  readonly serviceDefinition?: PlaceOf;
}

/** The member of a configuration; none where there are no places. */
export function definitionPlaces(places: {
  readonly [Name in keyof DefinitionPlaces]: DefinitionPlaces[Name] | undefined;
}): { readonly places?: DefinitionPlaces } {
  const known = defined(places);
  return Object.keys(known).length === 0 ? {} : { places: known };
}

/** What a file says: the service may be left to the command line. */
export interface FileConfiguration extends Omit<Configuration, 'service'> {
  readonly service: string | undefined;
}

/** What Ctrl-C and SIGTERM do to a rollout that runs. */
export type CancelPolicy = 'detach' | 'stop' | 'rollback';

/** How traffic and tasks come to the new version. */
export interface StrategyWish {
  readonly type: 'rolling' | 'blue_green' | 'canary' | 'linear';
  /** Percent of production traffic, above 0 and up to 100, in the order given; empty unless given. */
  readonly steps: readonly number[];
  /** Milliseconds after each step but the last; undefined: ECS's default. */
  readonly stepBakeMs: number | undefined;
  /** Milliseconds with both revisions after the last shift; undefined: ECS's default. */
  readonly finalBakeMs: number | undefined;
  /** What ECS does by itself when the client is gone; undefined: not said. */
  readonly onClientLoss: 'rollback' | undefined;
  /** For EXTERNAL services, where what carries the traffic cannot be found out by looking. */
  readonly traffic: TrafficWish;
}

/** AWS's own names of the parts; each undefined unless given. */
export interface TrafficWish {
  /** ARN of a rule, or of a listener for its default rule. */
  readonly productionListenerRule: string | undefined;
  readonly testListenerRule: string | undefined;
  /** ARN of the target group that the new version takes. */
  readonly alternateTargetGroupArn: string | undefined;
}

/** What every check has. */
export interface CheckCommon {
  /** As results and records name it; unique in the configuration. */
  readonly name: string;
  readonly onNoData: OnNoData;
  /** Milliseconds from the gate's opening until an undecided check fails. */
  readonly deadlineMs: number;
  readonly moments: readonly CheckMoment[];
}

/** Share of requests that the targets answered with 5XX. */
export interface ErrorRatioCheck extends CheckCommon {
  readonly kind: 'target_5xx_ratio';
  /** Share, 0-1; undefined with `compare` alone. */
  readonly max: number | undefined;
  readonly minSamples: number;
  readonly compare: 'baseline' | undefined;
}

/** Share of requests that took longer than a limit. */
export interface ResponseTimeCheck extends CheckCommon {
  readonly kind: 'target_response_time';
  /** Milliseconds. */
  readonly limitMs: number;
  /** Share, 0-1; undefined with `compare` alone. */
  readonly maxShareOver: number | undefined;
  readonly minSamples: number;
  readonly compare: 'baseline' | undefined;
}

/** A number that lies between bounds; at least one of them is given. */
export interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** GetMetricData with queries as AWS takes them; the one that returns data is the value. */
export interface CloudWatchCheck extends CheckCommon, Bounds {
  readonly kind: 'cloudwatch';
  /** `MetricDataQueries`, verbatim. */
  readonly queries: readonly JsonObject[];
}

/** An instant query whose result is one number. */
export interface PrometheusCheck extends CheckCommon, Bounds {
  readonly kind: 'prometheus';
  readonly url: string;
  readonly query: string;
}

/** A request that must be answered as expected. */
export interface HttpCheck extends CheckCommon {
  readonly kind: 'http';
  readonly url: string;
  /** HTTP status. */
  readonly expect: number;
  /** Members of the JSON answer that must have these values, such as `{ version: 2.0.0 }`; empty unless given. */
  readonly json: JsonObject;
}

/** One entry of `analysis`. */
export type AnalysisCheck =
  ErrorRatioCheck | ResponseTimeCheck | CloudWatchCheck | PrometheusCheck | HttpCheck;

/** What runs before the rollout begins, or after it succeeded. */
export type Hook =
  | {
      readonly kind: 'run_task';
      /** A container of the definition that is deployed, or else the family of another definition. */
      readonly task: string;
      /** Undefined: the container's own. */
      readonly command: readonly string[] | undefined;
      /** The old version cannot run after it: nothing goes back by itself any more. */
      readonly oneWay: boolean;
      /** Milliseconds. */
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'command';
      /** The program and its arguments, on the machine that runs Fairlead. */
      readonly command: readonly string[];
      readonly oneWay: boolean;
      readonly timeoutMs: number;
    };
