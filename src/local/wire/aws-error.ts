/** An error as an AWS API reports it. */

/** Thrown by an operation; the wire turns it into the protocol's error answer. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The code that SDKs map to an exception class: `ClusterNotFoundException`, `TargetGroupNotFound`. */
  readonly code: string;
  /** The code in awsQuery, where an API has another one there: `InvalidParameterValue`. */
  readonly queryCode: string;
  /** The HTTP status: 400 for what the caller can mend, 5xx for what only we can. */
  readonly status: number;
  /** Further members of the modelled exception, such as `resourceIds` of ConflictException. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: {
      readonly status?: number;
      readonly queryCode?: string;
      readonly members?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.queryCode = options.queryCode ?? code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}
