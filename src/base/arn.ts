/** Amazon Resource Names as ECS and Elastic Load Balancing form them (reference: ECS semantics 1.6 and 9). */

/** Where a resource lives: every name in an account and region is its own. */
export interface Scope {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The parts of an ARN. */
export interface Arn {
  readonly partition: string;
  /** `ecs`, `elasticloadbalancing`, ... */
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** Everything after the account: `service/my-cluster/my-service`. */
  readonly resource: string;
}

/** Splits an ARN; undefined when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', accountId = '', resource = ''] = match;
  return { partition, service, region, accountId, resource };
}

/** True for anything that wants to be an ARN, well formed or not. */
export function looksLikeArn(text: string): boolean {
  return text.startsWith('arn:');
}

/** An ARN of Amazon ECS, such as `ecsArn(scope, 'cluster/prod')`. */
export function ecsArn(scope: Scope, resource: string): string {
  return `arn:aws:ecs:${scope.region}:${scope.accountId}:${resource}`;
}

/** An ARN of Elastic Load Balancing, such as `elbArn(scope, 'targetgroup/web/0123456789abcdef')`. */
export function elbArn(scope: Scope, resource: string): string {
  return `arn:aws:elasticloadbalancing:${scope.region}:${scope.accountId}:${resource}`;
}

/** The text behind the last slash: the name or id of a resource. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
