/** What the wire needs to know of an AWS API: its schemas and the functions that answer. It knows no operation by name. */
import type { StaticOperationSchema } from '@smithy/types';
import type { Scope } from '../../base/arn.ts';

/** One authenticated request, as an operation sees it. */
export interface Call extends Scope {
  /** The answer's request id, a UUID. */
  readonly requestId: string;
  /** ARN of the caller, which ECS writes into `createdBy` and `registeredBy`. */
  readonly principalArn: string;
}

/**
 * Answers one operation. The input has passed the generic check: required members are there, types and enum values are
 * right, unknown members are gone. Throws AwsError for everything that AWS would refuse.
 */
export type Handler = (input: never, call: Call) => object | Promise<object>;

/** A way to speak an API, and the name that requests call it by. */
export type ApiProtocol =
  | {
      readonly kind: 'awsJson1_0' | 'awsJson1_1';
      /** What precedes the operation in X-Amz-Target: `AmazonEC2ContainerServiceV20141113`. */
      readonly targetPrefix: string;
    }
  | {
      readonly kind: 'awsQuery';
      /** The `Version` parameter: `2015-12-01`. */
      readonly version: string;
      readonly xmlNamespace: string;
    };

/** One AWS API as this server serves it. */
export interface ServiceApi {
  /** The SigV4 service name: `ecs`, `elasticloadbalancing`, `logs`, `monitoring`. */
  readonly signingName: string;
  /** Every protocol in which it is spoken: an API that left awsQuery is still called that way by older clients. */
  readonly protocols: readonly ApiProtocol[];
  /** Every operation of the AWS model, built or not: a known one that is not built gets an error that names it. */
  readonly operations: ReadonlyMap<string, StaticOperationSchema>;
  /** The operations that are built. */
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Legal values of enum members, by `StructName.memberName` (the schemas do not carry them). */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** What AWS says of a bad value instead of its generic sentence, by the same keys; only where that is known. */
  readonly enumMessages?: ReadonlyMap<string, string>;
  /**
   * The members of requests whose numbers may have a fraction, by the same keys; any other number is whole (the schemas do
   * not tell).
   */
  readonly fractions?: ReadonlySet<string>;
  /** The code for a request that fails the generic check: `InvalidParameterException` (ECS), `ValidationError` (ELBv2). */
  readonly invalidInputCode: string;
  /** The same in awsQuery, where that has another code than JSON. */
  readonly invalidInputQueryCode?: string;
  /** True where clients may send a body with `Content-Encoding: gzip`. */
  readonly compressedRequests?: boolean;
}
