/** The output files of a task's containers, found without a running control plane. */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  fstatSync,
} from 'node:fs';
import { join } from 'node:path';
import { lastPart } from '../../../base/arn.ts';

/** The output of one start of a container. */
export interface ContainerOutput {
  readonly taskArn: string;
  /** The container's name. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** The outputs of the tasks whose id begins like this, in the order in which their containers were started. */
export function taskOutputs(stateDir: string, taskId: string): readonly ContainerOutput[] {
  const root = join(stateDir, 'containers');
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((id) => {
      const path = join(root, id);
      const record = readRecord(join(path, 'record.json'));
      const file = join(path, 'output.log');
      if (record === undefined || !lastPart(record.taskArn).startsWith(taskId)) return [];
      if (!existsSync(file)) return [];
      const { taskArn, name } = record;
      return [{ taskArn, name, file, startedAt: birth(join(path, 'record.json')) }];
    })
    .sort((a, b) => a.startedAt - b.startedAt);
}

/** What was written from the given offset (bytes) on, up to the last complete character. */
export function readTaskOutput({ file }: ContainerOutput, offset: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const length = Math.max(0, fstatSync(descriptor).size - offset);
    const bytes = Buffer.alloc(length);
    const read = readSync(descriptor, bytes, 0, length, offset);
    return bytes.toString('utf8', 0, completeLength(bytes.subarray(0, read)));
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes before a character that is not written completely yet. */
function completeLength(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start >= 0 && bytes.length - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  const lead = bytes[start] ?? 0;
  const wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return bytes.length - start < wanted ? Math.max(0, start) : bytes.length;
}

function readRecord(path: string): { readonly taskArn: string; readonly name: string } | undefined {
  // A container that is just being made has no record yet; one that is being removed has none any more.
  if (!existsSync(path)) return undefined;
  const value = JSON.parse(readFileSync(path, 'utf8')) as { taskArn?: unknown; name?: unknown };
  return typeof value.taskArn === 'string' && typeof value.name === 'string'
    ? { taskArn: value.taskArn, name: value.name }
    : undefined;
}

function birth(path: string): number {
  const descriptor = openSync(path, 'r');
  try {
    return fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
  }
}
