/** ARNs of load balancing: `loadbalancer/app/NAME/ID`, `listener/app/NAME/ID/ID`, and so on. */
import { elbArn, parseArn, type Scope } from '../../base/arn.ts';
import { validationError } from './errors.ts';

/** The kinds of resource that have an ARN here, as the ARN names them. */
export type ResourceKind = 'loadbalancer' | 'targetgroup' | 'listener' | 'listener-rule';

/** How error messages call them. */
const WORDS: Readonly<Record<ResourceKind, string>> = {
  loadbalancer: 'load balancer',
  targetgroup: 'target group',
  listener: 'listener',
  'listener-rule': 'listener rule',
};

const SHAPES: Readonly<Record<ResourceKind, RegExp>> = {
  loadbalancer: /^loadbalancer\/(app|net|gwy)\/[^/]+\/[0-9a-f]+$/,
  targetgroup: /^targetgroup\/[^/]+\/[0-9a-f]+$/,
  listener: /^listener\/(app|net|gwy)\/[^/]+\/[0-9a-f]+\/[0-9a-f]+$/,
  'listener-rule': /^listener-rule\/(app|net)\/[^/]+\/[0-9a-f]+\/[0-9a-f]+\/[0-9a-f]+$/,
};

/** @param id 16 hexadecimal digits, as in all functions here */
export function loadBalancerArn(scope: Scope, name: string, id: string): string {
  return elbArn(scope, `loadbalancer/app/${name}/${id}`);
}

/** `arn:…:targetgroup/NAME/ID` */
export function targetGroupArn(scope: Scope, name: string, id: string): string {
  return elbArn(scope, `targetgroup/${name}/${id}`);
}

/** A listener's ARN is its load balancer's with an id behind it. */
export function listenerArn(ofLoadBalancer: string, id: string): string {
  return `${ofLoadBalancer.replace(':loadbalancer/', ':listener/')}/${id}`;
}

/** A rule's ARN is its listener's with an id behind it. */
export function ruleArn(ofListener: string, id: string): string {
  return `${ofListener.replace(':listener/', ':listener-rule/')}/${id}`;
}

/** The ARN of the listener that a rule of this ARN belongs to. */
export function listenerOfRule(rule: string): string {
  return rule.slice(0, rule.lastIndexOf('/')).replace(':listener-rule/', ':listener/');
}

/** What the ARN names, or undefined when it is no ARN of load balancing. */
export function resourceKind(arn: string): ResourceKind | undefined {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'elasticloadbalancing') return undefined;
  const kinds: readonly ResourceKind[] = [
    'loadbalancer',
    'targetgroup',
    'listener',
    'listener-rule',
  ];
  return kinds.find((kind) => SHAPES[kind].test(parsed.resource));
}

/**
 * The ARN, when it has the form of such a resource's.
 * @throws AwsError ValidationError
 */
export function checkArn(arn: string, kind: ResourceKind): string {
  if (resourceKind(arn) !== kind)
    throw validationError(`'${arn}' is not a valid ${WORDS[kind]} ARN`);
  return arn;
}
