/** A user's terminal: shell scripts with the AWS CLI of the system, in a folder of their own. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalEcsOptions } from '../../src/local/index.ts';
import { awsCli, jq } from '../requirements.ts';
import { openWorld, type World } from '../system/world.ts';

/** False where the AWS CLI or jq is missing. */
export const hasTools = awsCli !== undefined && jq !== undefined;

/** For the names of suites, so that a skipped one says why. */
export const NEEDS = '(needs the AWS CLI and jq)';

/** Old CLIs know no AWS_ENDPOINT_URL; with this, commands stay as users type them. */
const PRELUDE = `aws() { command '${awsCli ?? 'aws'}' --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n`;

/** What became of a script. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A local ECS and a terminal beside it. */
export interface Terminal extends World {
  /** Runs a script by `bash -e` (or another shell); `variables` are exported to it. */
  run(
    script: string,
    variables?: Readonly<Record<string, string>>,
    shell?: readonly [string, ...string[]],
  ): Promise<Outcome>;
  /** Puts a JSON file into the folder that scripts run in. */
  file(name: string, contents: object): void;
}

export async function openTerminal(options: LocalEcsOptions = {}): Promise<Terminal> {
  const world = await openWorld(options);
  const cwd = join(world.folders.root, 'home');
  mkdirSync(cwd);
  return {
    ...world,
    file: (name, contents) => writeFileSync(join(cwd, name), JSON.stringify(contents)),
    run: (script, variables = {}, [shell, ...flags] = ['bash', '-e']) => {
      // Neither the profiles nor the settings of whoever runs the tests.
      const { PATH = '' } = process.env;
      const env = { PATH, HOME: cwd, AWS_PAGER: '', ...world.local.environment, ...variables };
      return new Promise((resolve) => {
        execFile(
          shell,
          [...flags, '-c', PRELUDE + script],
          { cwd, env },
          (error, stdout, stderr) => {
            const exitCode = error === null ? 0 : Number(error.code ?? -1);
            resolve({ exitCode, stdout, stderr });
          },
        );
      });
    },
  };
}
