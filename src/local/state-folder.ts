/**
 * The folder that a local ECS keeps its state in: readable by its owner only, ignored by git, and held by one control plane
 * at a time.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Random } from '../base/random.ts';
import { messageOf, systemCode, UserError } from '../base/errors.ts';
import { idSource } from '../base/ids.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { Credentials } from './wire/sigv4.ts';

/** Where things are in a state folder. */
export interface StateFolder {
  /** Absolute. */
  readonly path: string;
  /** The journal, whose lock is the folder's. */
  readonly journalPath: string;
  readonly credentialsPath: string;
  readonly controlPlanePath: string;
  /** How time passes there, if not as on the machine. */
  readonly timePath: string;
  /** What a detached control plane prints. */
  readonly logPath: string;
}

/** The running control plane, as others find it. */
export interface ControlPlaneNotice {
  readonly pid: number;
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  readonly runtime: string;
  readonly auth: 'sigv4' | 'none';
  /** Epoch ms. */
  readonly startedAt: number;
  /** How many times as fast long waits pass. */
  readonly timeScale?: number;
  readonly version: string;
}

/** The paths of a folder, which need not exist. */
export function stateFolder(path: string): StateFolder {
  const absolute = resolve(path);
  return {
    path: absolute,
    journalPath: join(absolute, 'state.sqlite'),
    credentialsPath: join(absolute, 'credentials.json'),
    controlPlanePath: join(absolute, 'control-plane.json'),
    timePath: join(absolute, 'time.json'),
    logPath: join(absolute, 'control-plane.log'),
  };
}

/**
 * Makes the folder with mode 0700 and a .gitignore that keeps it out of repositories. True when there was none before: a start
 * that fails takes it away again.
 * @throws UserError when it cannot be made or written
 */
export function makeStateFolder(folder: StateFolder): boolean {
  try {
    const isNew = !existsSync(folder.path);
    makeFolder(folder.path, 0o700);
    writeFileSync(join(folder.path, '.gitignore'), '*\n');
    return isNew;
  } catch (cause) {
    throw new UserError(
      'STATE_FOLDER',
      `The state folder ${folder.path} cannot be written: ${messageOf(cause)}.`,
      { hint: 'Give another folder with --state.', cause },
    );
  }
}

/** Takes the folder away with everything in it. */
export function removeStateFolder(folder: StateFolder): void {
  rmSync(folder.path, { recursive: true, force: true });
}

/** The key pair of the folder, made at the first start. The file is readable by its owner only. */
export function loadCredentials(folder: StateFolder, random: Random): Credentials {
  const known = readCredentials(folder);
  if (known !== undefined) return known;
  const ids = idSource(random);
  const credentials: Credentials = {
    accessKeyId: `FAIRLEAD${ids.hex(12).toUpperCase()}`,
    secretAccessKey: ids.base64url(40),
  };
  writeAtomically(folder.credentialsPath, credentials);
  return credentials;
}

/** The key pair of the folder, if a control plane was ever started there. */
export function readCredentials(folder: StateFolder): Credentials | undefined {
  const value = readJson(folder.credentialsPath);
  if (value === undefined) return undefined;
  const { accessKeyId, secretAccessKey } = value as Partial<Credentials>;
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new UserError('STATE_FOLDER', `${folder.credentialsPath} holds no key pair.`, {
      hint: 'Remove the file; the next start makes a new pair.',
    });
  }
  return { accessKeyId, secretAccessKey };
}

/** Says where the control plane is. */
export function writeNotice(folder: StateFolder, notice: ControlPlaneNotice): void {
  writeAtomically(folder.controlPlanePath, notice);
}

/** Takes the notice away; harmless when there is none. */
export function removeNotice(folder: StateFolder): void {
  rmSync(folder.controlPlanePath, { force: true });
}

/** What the running control plane wrote; undefined when there is none. One that was killed leaves its notice behind. */
export function readNotice(folder: StateFolder): ControlPlaneNotice | undefined {
  const value = readJson(folder.controlPlanePath) as Partial<ControlPlaneNotice> | undefined;
  if (typeof value?.pid !== 'number' || typeof value.url !== 'string') return undefined;
  return value as ControlPlaneNotice;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw new UserError('STATE_FOLDER', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (cause) {
    throw new UserError('STATE_FOLDER', `${path} is not JSON: ${messageOf(cause)}.`, {
      hint: 'Remove the file and start again.',
      cause,
    });
  }
}

function writeAtomically(path: string, value: object): void {
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
