/**
 * The folder of one container: everything that a later control plane needs to take it over.
 *
 *     record.json     written, to the disk, before anything is started
 *     environment.sh  variables whose names no shell can hold, if there are any
 *     output.log      stdout and stderr; output.N.log what came before, when there is much
 *     started         who the keeper and the program are; by the program's process, before it becomes the program
 *     killed          SIGKILL was sent by us: the status is 137, although the keeper cannot write it
 *     exit            the exit status; by the keeper, last
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode } from '../../../base/errors.ts';
import type { ContainerExit } from '../runtime.ts';
import { capOutput, OUTPUT_LOG, tailOutput } from './output-log.ts';
import type { ProcessIdentity } from './process-table.ts';

const binding = z.object({
  containerPort: z.number(),
  protocol: z.enum(['tcp', 'udp']),
  host: z.string(),
  hostPort: z.number(),
});

const record = z.object({
  schema: z.literal('fairlead.container/v1'),
  id: z.string(),
  taskArn: z.string(),
  name: z.string(),
  image: z.string(),
  program: z.string(),
  args: z.array(z.string()).readonly(),
  cwd: z.string(),
  environment: z.record(z.string(), z.string()).readonly(),
  ports: z.array(binding).readonly(),
});

/** What is started, all of it resolved. */
export type ContainerRecord = z.output<typeof record>;

/** Who a container's processes are. */
export interface Started {
  readonly bootId: string;
  /** The leader of the container's process group. */
  readonly keeper: ProcessIdentity;
  /** The main program. */
  readonly program: ProcessIdentity;
}

/** So much output is kept at least, and twice as much at most. */
const KEPT_OUTPUT_BYTES = 16 * 1024 * 1024;

/** The exit status of a program that SIGKILL ended. */
const KILLED_STATUS = 137;

/** The files of one container. Readable only by the user: environments hold secrets. */
export class ContainerFolder {
  /** Absolute. */
  readonly path: string;

  /** @param root the folder of all containers */
  constructor(root: string, containerId: string) {
    this.path = join(root, containerId);
  }

  get logFile(): string {
    return join(this.path, OUTPUT_LOG);
  }

  /** Makes the folder and stores the intent to start, on the disk when this resolves; leaves nothing when it fails. */
  async create(contents: ContainerRecord): Promise<void> {
    await mkdir(this.path, { mode: 0o700 });
    try {
      const script = environmentScript(contents.environment);
      if (script !== undefined)
        await writeFile(join(this.path, 'environment.sh'), script, { mode: 0o600 });
      const temporary = join(this.path, 'record.json.tmp');
      await writeFile(temporary, JSON.stringify(contents), { mode: 0o600, flush: true });
      await rename(temporary, join(this.path, 'record.json'));
    } catch (error) {
      await this.remove();
      throw error;
    }
  }

  /** Undefined when there is none, or one of a version of Fairlead that wrote other records. */
  async record(): Promise<ContainerRecord | undefined> {
    const text = await this.#read('record.json');
    if (text === undefined) return undefined;
    const parsed = record.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  }

  /** Undefined until the program runs. */
  async started(): Promise<Started | undefined> {
    const text = await this.#read('started');
    if (text === undefined) return undefined;
    const match = /^boot (.*?) *\nkeeper (\d+) (.*?) *\nprogram (\d+) (.*?) *\n$/.exec(text);
    if (match === null)
      throw new Error(`${join(this.path, 'started')} is damaged: ${JSON.stringify(text)}`);
    const [, bootId = '', keeper, keeperStart = '', program, programStart = ''] = match;
    return {
      bootId,
      keeper: { pid: Number(keeper), startTime: keeperStart },
      program: { pid: Number(program), startTime: programStart },
    };
  }

  /** The status that the keeper wrote; undefined when it has not, or could not. */
  async exitStatus(): Promise<number | undefined> {
    const text = await this.#read('exit');
    return text === undefined ? undefined : Number(text);
  }

  /** How a container ended of which nothing is left: 137 when we killed it, else what the keeper wrote, else lost. */
  async exit(): Promise<ContainerExit> {
    const status = (await this.exitStatus()) ?? (await this.#killedStatus());
    return status === undefined
      ? { kind: 'lost' }
      : { kind: 'exited', exitCode: status, outOfMemory: false };
  }

  /** Says before a SIGKILL that the coming end is ours. */
  markKilled(): Promise<void> {
    return writeFile(join(this.path, 'killed'), '', { mode: 0o600 });
  }

  /** Takes it back: the container was found alive after all. */
  unmarkKilled(): Promise<void> {
    return rm(join(this.path, 'killed'), { force: true });
  }

  /** The last `tailBytes` bytes of the output, from the start of a character. */
  tail(tailBytes: number): Promise<string> {
    return tailOutput(this.path, tailBytes);
  }

  /** Forgets the older output when there is too much of it. */
  async capOutput(): Promise<void> {
    try {
      await capOutput(this.path, KEPT_OUTPUT_BYTES);
    } catch (error) {
      // Removed meanwhile, output and all.
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  async #killedStatus(): Promise<number | undefined> {
    return (await this.#read('killed')) === undefined ? undefined : KILLED_STATUS;
  }

  async #read(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.path, name), 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** Names that a shell sets itself, whatever it was given. */
const OF_THE_SHELL =
  /^(_|IFS|PWD|OLDPWD|SHLVL|PPID|LINENO|OPT(ARG|ERR|IND)|PS[124]|E?UID|GROUPS|RANDOM|SECONDS|SHELLOPTS|BASH.*)$/;

/**
 * A shell script that starts `"$3" ...` with the variables that would not come through a shell: it passes on only names like
 * `A_1` (and `spring.profiles.active` is a common one), and has some of its own. Undefined when there are none.
 */
function environmentScript(environment: Readonly<Record<string, string>>): string | undefined {
  const words = Object.entries(environment)
    .filter(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || OF_THE_SHELL.test(name))
    .map(([name, value]) => quoted(`${name}=${value}`));
  if (words.length === 0) return undefined;
  return `shift 2\nexec /usr/bin/env ${words.join(' ')} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
