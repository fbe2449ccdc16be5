/** Reads of a service what its policy depends on. */
import type { Service } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { parseArn } from '../../base/arn.ts';
import { UserError } from '../../base/errors.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { findService } from '../aws/service-reader.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import { primaryOf, primaryIn } from '../observed/primary.ts';
import type { QueryDependencies } from '../session/query.ts';
import { createSession, type Session } from '../session/session.ts';
import { shortDefinition } from '../observed/names.ts';
import type { KnownDefinition } from './fact-sources.ts';

/** Reads what AWS tells; what it does not tell becomes a note, once. */
export class LiveReader {
  readonly #session: Session | undefined;
  readonly #notes: string[];
  #silent = false;

  constructor(configuration: Configuration, aws: QueryDependencies | undefined, notes: string[]) {
    const { cluster, service } = configuration;
    this.#notes = notes;
    this.#session =
      aws === undefined
        ? undefined
        : createSession(
            'wait',
            { cluster, service },
            { ...aws, sinks: [], tool: { name: 'fairlead', version: '' } },
          );
  }

  async service(): Promise<Service | undefined> {
    const service = await this.#ask(({ api, dependencies, name }) =>
      findService(api, dependencies.clients.ecs, name, { tags: true }),
    );
    if (service?.status === 'ACTIVE') return service;
    // A failure has its note.
    if (this.#session !== undefined && this.#notes.length === 0) {
      const { cluster, service: name } = this.#session.name;
      this.#notes.push(`cluster "${cluster}" has no service "${name}" yet`);
    }
    return undefined;
  }

  /** What the service runs. */
  async running(service: Service | undefined): Promise<KnownDefinition | undefined> {
    const primarySet = primaryIn(service?.taskSets);
    const arn =
      primarySet?.taskDefinition ??
      (service === undefined
        ? undefined
        : (primaryOf(service)?.taskDefinition ?? service.taskDefinition));
    return arn === undefined ? undefined : this.definition(arn);
  }

  /** Only its name where AWS cannot be asked. */
  async definition(name: string): Promise<KnownDefinition> {
    const read = await this.#ask<RegisteredDefinition>(({ api, dependencies }) =>
      describeDefinition(api, dependencies.clients.ecs, name),
    );
    const family = shortDefinition(read?.arn ?? name).replace(/:\d+$/, '');
    return { family, content: read?.definition, tags: read?.tags ?? [] };
  }

  /** Patterns for the listeners and rules of the service's load balancers; undefined where they are not known. */
  async traffic(service: Service): Promise<readonly string[] | undefined> {
    const groups = [
      ...(service.loadBalancers ?? []),
      ...(service.taskSets ?? []).flatMap((set) => set.loadBalancers ?? []),
    ].flatMap((each) => each.targetGroupArn ?? []);
    if (service.deploymentController?.type !== 'EXTERNAL' || groups.length === 0) return undefined;
    const found = await this.#ask(({ api, dependencies }) =>
      api.read('elasticloadbalancing', 'DescribeTargetGroups', (options) =>
        dependencies.clients.elbv2.send(
          new DescribeTargetGroupsCommand({ TargetGroupArns: [...new Set(groups)] }),
          options,
        ),
      ),
    );
    const balancers = (found?.TargetGroups ?? []).flatMap((each) => each.LoadBalancerArns ?? []);
    return balancers.length === 0 ? undefined : [...new Set(balancers)].flatMap(patternsOf);
  }

  async #ask<Answer>(
    question: (session: Session) => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> {
    if (this.#session === undefined || this.#silent) return undefined;
    try {
      return await question(this.#session);
    } catch (error) {
      if (error instanceof UserError) this.#notes.push(error.message);
      else if (error instanceof ApiError) {
        this.#notes.push(`not read: ${describeApiError(error).message}`);
        // Nobody is there, or nobody lets us in: there is no use in asking on.
        this.#silent = error.kind !== 'refused' && error.kind !== 'denied';
      } else throw error;
      return undefined;
    }
  }
}

/** `loadbalancer/app/NAME/ID` has listeners `listener/app/NAME/ID/…` and rules `listener-rule/app/NAME/ID/…/…`. */
function patternsOf(loadBalancer: string): readonly string[] {
  const arn = parseArn(loadBalancer);
  if (arn === undefined) return [];
  const { partition, region, accountId, resource } = arn;
  const path = resource.replace(/^loadbalancer\//, '');
  const prefix = `arn:${partition}:elasticloadbalancing:${region}:${accountId}`;
  return [`${prefix}:listener/${path}/*`, `${prefix}:listener-rule/${path}/*`];
}
