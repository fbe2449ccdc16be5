/** The kinds of failure that Fairlead tells apart; everything else is a bug and crashes loudly. */

/** What the user can mend: said without a stack, with what to do next. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** A stable name for scripts, such as `MUTABLE_TAG`. */
  readonly code: string;
  /** What to do next, in one sentence. */
  readonly hint: string | undefined;
  /** The process's exit code (see docs/reference/exit-codes.md). */
  readonly exitCode: number;

  constructor(
    code: string,
    message: string,
    options: { readonly hint?: string; readonly exitCode?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** For the default branch of an exhaustive switch: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** What any thrown value has to say. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of a Node.js system error (`EADDRINUSE`, `ENOSPC`, ...), if it is one. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string')
    return error.code;
  return undefined;
}
