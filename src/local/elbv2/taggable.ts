/** Tags of whatever kind of resource an ARN names. */
import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { unreachable } from '../../base/errors.ts';
import { resourceKind } from './arns.ts';
import type { Elbv2Context } from './context.ts';
import { notPermitted, validationError } from './errors.ts';
import { findListener, findLoadBalancer, findRule, findTargetGroup } from './find.ts';

/** The tags of a resource, and how to replace them (in an open transaction). */
export interface Taggable {
  readonly arn: string;
  readonly tags: readonly Tag[];
  put(tags: readonly Tag[]): void;
}

/** @throws AwsError ValidationError (no ARN of load balancing), LoadBalancerNotFound, TargetGroupNotFound, ... */
export function findTaggable(context: Elbv2Context, arn: string): Taggable {
  const { store } = context;
  const kind = resourceKind(arn);
  switch (kind) {
    case 'loadbalancer': {
      const row = findLoadBalancer(context, arn);
      return { arn, tags: row.tags, put: (tags) => store.loadBalancers.put(arn, { ...row, tags }) };
    }
    case 'targetgroup': {
      const row = findTargetGroup(context, arn);
      return { arn, tags: row.tags, put: (tags) => store.targetGroups.put(arn, { ...row, tags }) };
    }
    case 'listener': {
      const row = findListener(context, arn);
      return { arn, tags: row.tags, put: (tags) => store.listeners.put(arn, { ...row, tags }) };
    }
    case 'listener-rule': {
      const found = findRule(context, arn);
      if (found.kind === 'default') return { arn, tags: [], put: () => refuseDefaultRule(arn) };
      const row = found.rule;
      return { arn, tags: row.tags, put: (tags) => store.rules.put(arn, { ...row, tags }) };
    }
    case undefined:
      throw validationError(`'${arn}' is not a valid load balancing ARN`);
    default:
      return unreachable(kind);
  }
}

function refuseDefaultRule(arn: string): never {
  throw notPermitted(`Default rule '${arn}' cannot be tagged. Tag its listener`);
}
