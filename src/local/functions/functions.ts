/** What stands for the Lambda functions that lifecycle hooks name. */

/** Answers invocations. */
export interface Functions {
  /**
   * Invokes a function.
   * @param functionArn as the hook has it: with a version or alias, or without
   * @param payload JSON
   * @param signal nobody waits for the answer any more: what runs is to end
   * @returns what the function returned, as text
   * @throws FunctionError
   */
  invoke(functionArn: string, payload: string, signal: AbortSignal): Promise<string>;
}

/** Why an invocation brought no answer. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  /** `failed`: it ran or was reached, and did not answer; `not-invoked`: there is nothing to run or to reach. */
  readonly kind: 'failed' | 'not-invoked';

  constructor(kind: 'failed' | 'not-invoked', message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** The longest answer in bytes: as much as Lambda returns. */
export const LONGEST_ANSWER_BYTES = 6 * 2 ** 20;

/** Collects an answer. */
export class AnswerText {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  /** @throws FunctionError when the answer becomes too long */
  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > LONGEST_ANSWER_BYTES)
      throw new FunctionError('failed', 'its answer is longer than 6 MB');
    this.#chunks.push(chunk);
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** The functions of a local ECS that was given no functions file. */
export const noFunctions: Functions = {
  invoke(functionArn) {
    return Promise.reject(
      new FunctionError(
        'not-invoked',
        `no functions file was given; start the local ECS with --functions FILE, where FILE says what answers for ${functionArn}`,
      ),
    );
  },
};
