/** What the facts of a policy are taken from. */
import type { JsonObject } from '../definition/json.ts';
import type { DefinitionTag } from '../definition/task-definition.ts';
import type { Service } from '@aws-sdk/client-ecs';
import type { Configuration } from '../configuration/configuration.ts';
import type { ServiceDefinition } from '../service-definition/service-definition.ts';
import type { PolicyStrategy } from './policy-facts.ts';

/** A task definition, as far as it could be read. */
export interface KnownDefinition {
  readonly family: string;
  /** Undefined: only its name is known. */
  readonly content: JsonObject | undefined;
  readonly tags: readonly DefinitionTag[];
}

/** Everything that could be read. */
export interface FactSources {
  readonly configuration: Configuration;
  readonly options: {
    readonly region?: string | undefined;
    readonly accountId?: string | undefined;
    readonly strategy?: PolicyStrategy | undefined;
    /** Also what `fairlead run` needs. */
    readonly run: boolean;
  };
  /** Undefined: it was not read, or does not exist yet. */
  readonly service: Service | undefined;
  readonly serviceDefinition: ServiceDefinition | undefined;
  /** What the service runs, and what is deployed; empty: neither is known. */
  readonly deployed: readonly KnownDefinition[];
  /** What `run_task` hooks name and no deployed definition has as a container. */
  readonly hookDefinitions: readonly KnownDefinition[];
  /** ARNs, or patterns of ARNs, of the rules and listeners of the service's load balancer; undefined: not known. */
  readonly traffic: readonly string[] | undefined;
}
