/** IAM policy documents. */

/** One statement. Everything that Fairlead asks for is `Allow`. */
export interface Statement {
  /** Letters and digits: what it is for, because JSON has no comments. */
  readonly Sid: string;
  readonly Effect: 'Allow';
  /** `service:Operation`. */
  readonly Action: readonly string[];
  /** ARNs, or `*` where the actions have no resource-level permissions. */
  readonly Resource: readonly string[] | '*';
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** A policy as IAM takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}
