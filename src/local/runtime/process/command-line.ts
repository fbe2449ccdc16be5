/** Which program a container runs, and whether it can be started at all. */
import {
  closeSync,
  openSync,
  readSync,
  accessSync,
  constants,
  statSync,
  type Stats,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { messageOf, systemCode } from '../../../base/errors.ts';
import { ContainerError, type ContainerSpec } from '../runtime.ts';

/**
 * The command line, as Docker puts it together: a container's entryPoint replaces all of the image's command and is followed
 * by the container's command; a container's command alone replaces the image's command.
 */
export function commandLine(
  spec: Pick<ContainerSpec, 'entryPoint' | 'command'>,
  imageCommand: readonly string[],
): readonly string[] {
  // ECS treats an empty list like an absent one.
  const entryPoint = spec.entryPoint ?? [];
  const command = spec.command ?? [];
  if (entryPoint.length > 0) return [...entryPoint, ...command];
  return command.length > 0 ? command : imageCommand;
}

/**
 * The folder a container starts in: its workingDirectory, if relative within the image's folder, else the image's.
 * @throws ContainerError CannotStartContainerError when it is no folder
 */
export function workingDirectory(
  spec: Pick<ContainerSpec, 'workingDirectory'>,
  imageCwd: string,
): string {
  const path = resolve(imageCwd, spec.workingDirectory ?? '.');
  if (statOf(path)?.isDirectory() === true) return path;
  const whose =
    spec.workingDirectory === undefined
      ? 'it is the cwd of the image in the images file'
      : "it is the container definition's workingDirectory, which the process runtime looks for on this machine";
  throw cannotStart(`the working directory ${path} is not a folder; ${whose}`);
}

/**
 * The file that a program's name stands for: with a slash relative to `cwd`, without one from PATH.
 * @returns an absolute path
 * @throws ContainerError CannotStartContainerError when it is missing or cannot be executed
 */
export function findProgram(name: string, cwd: string, path: string): string {
  if (name.includes('/')) {
    const file = resolve(cwd, name);
    assertExecutable(file);
    return file;
  }
  let found: string | undefined;
  for (const folder of path.split(delimiter)) {
    const file = resolve(cwd, join(folder === '' ? '.' : folder, name));
    if (statOf(file)?.isFile() !== true) continue;
    found ??= file;
    if (!isExecutable(file)) continue;
    assertExecutable(file);
    return file;
  }
  if (found !== undefined) assertExecutable(found);
  throw cannotStart(`exec: "${name}": executable file not found in $PATH (${path})`);
}

function assertExecutable(file: string): void {
  const stat = statOf(file);
  if (stat === undefined)
    throw cannotStart(`exec: "${file}": stat ${file}: no such file or directory`);
  if (stat.isDirectory()) throw cannotStart(`exec: "${file}": is a folder`);
  if (!isExecutable(file))
    throw cannotStart(`exec: "${file}": permission denied; make it executable with chmod +x`);
  const interpreter = interpreterOf(file);
  if (interpreter !== undefined && statOf(interpreter) === undefined)
    throw cannotStart(`exec: "${file}": its interpreter ${interpreter} does not exist`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program that a script's `#!` line names; undefined for other files and for ones that may be run but not read. */
function interpreterOf(file: string): string | undefined {
  let descriptor;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (systemCode(error) === 'EACCES') return undefined;
    throw cannotStart(`exec: "${file}": ${messageOf(error)}`, error);
  }
  try {
    const start = Buffer.alloc(256);
    const length = readSync(descriptor, start, 0, start.length, 0);
    return /^#![ \t]*(\/[^ \t\n]+)/.exec(start.toString('latin1', 0, length))?.[1];
  } finally {
    closeSync(descriptor);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Why a container's program cannot be started. */
export function cannotStart(detail: string, cause?: unknown): ContainerError {
  return new ContainerError('CannotStartContainerError', detail, { cause });
}
