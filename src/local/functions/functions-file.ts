/**
 * The functions file: which program or web server of this machine stands for a Lambda function. It is read again when it has
 * changed; a broken edit fails new invocations and leaves those under way alone.
 */
import { dirname, resolve } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { Variables } from '../../base/configuration/checked-yaml.ts';
import { WatchedFile } from '../configuration/watched-file.ts';
import type { Log } from '../log.ts';
import { passedOn } from '../runtime/process/environment.ts';
import { runCommandFunction } from './command-function.ts';
import { namesOfFunction } from './function-name.ts';
import { FunctionError, type Functions } from './functions.ts';
import { parseFunctions, type FunctionEntry } from './functions-schema.ts';
import { callUrlFunction } from './url-function.ts';

/** What a functions file needs. */
export interface FunctionsFileOptions {
  /** Its path; `cwd` in it is relative to its folder. */
  readonly file: string;
  /** Our environment: what `${VAR}` in the file may name, and of which commands get PATH, HOME, TMPDIR and LANG. */
  readonly host: Variables;
  readonly clock: Clock;
  /** Takes what commands write to their standard error. */
  readonly log: Log;
}

/** A functions file on disk. */
export class FunctionsFile implements Functions {
  readonly #options: FunctionsFileOptions;
  readonly #file: WatchedFile<ReadonlyMap<string, FunctionEntry>>;

  /**
   * Reads the file.
   * @throws UserError FUNCTIONS_FILE_UNREADABLE or FUNCTIONS_FILE_INVALID
   */
  constructor(options: FunctionsFileOptions) {
    this.#options = options;
    this.#file = new WatchedFile({
      file: options.file,
      what: 'functions file',
      unreadableCode: 'FUNCTIONS_FILE_UNREADABLE',
      hint: 'Give the path of a YAML file that maps Lambda functions to commands or URLs.',
      parse: (text, path) => parseFunctions(text, path, options.host),
    });
  }

  /** @throws FunctionError */
  async invoke(functionArn: string, payload: string, signal: AbortSignal): Promise<string> {
    const found = this.#find(functionArn);
    if (found.command === undefined) return callUrlFunction(found.url, payload, signal);
    const { host, clock, log } = this.#options;
    return runCommandFunction(
      {
        command: found.command,
        cwd: resolve(dirname(this.#file.path), found.cwd ?? '.'),
        environment: { ...passedOn(host), ...found.environment },
      },
      {
        ...{ payload, signal, clock },
        onStderr: (tail) =>
          log.info('a function wrote to its standard error', {
            function: functionArn,
            stderr: tail.trimEnd(),
          }),
      },
    );
  }

  #find(functionArn: string): FunctionEntry {
    const entries = this.#entries();
    const names = namesOfFunction(functionArn);
    const found = names.map((name) => entries.get(name)).find((entry) => entry !== undefined);
    if (found !== undefined) return found;
    const name = names.at(-1);
    throw new FunctionError(
      'not-invoked',
      name === undefined
        ? `${functionArn} is not the ARN of a Lambda function`
        : `the functions file ${this.#file.path} does not name it; add functions: { ${name}: { command: [program, argument] } }`,
    );
  }

  #entries(): ReadonlyMap<string, FunctionEntry> {
    try {
      return this.#file.content();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new FunctionError(
        'not-invoked',
        `the functions file cannot be used: ${error.message}`,
        error,
      );
    }
  }
}
