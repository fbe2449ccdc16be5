/**
 * The output of one container, in its folder: `output.log`, which its processes append to, and once that has grown too large
 * `output.N.log` with what came before, whose first byte is byte N of all that was ever written. Offsets count from there.
 */
import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../../base/errors.ts';

/** Where a container's processes write. */
export const OUTPUT_LOG = 'output.log';

const EARLIER = /^output\.(\d+)\.log$/;
const CHUNK_BYTES = 1 << 20;
/** A line longer than this may lose its beginning. */
const LONGEST_LINE_BYTES = 64 * 1024;

/** One file of the output. */
interface Segment {
  readonly path: string;
  /** Offset of its first byte. */
  readonly start: number;
  readonly size: number;
}

/** A part of the output: bytes, and the offset of the first of them. */
interface Part {
  readonly start: number;
  readonly bytes: Buffer;
}

/** What was written from an offset on: complete characters only, and the offset to go on from. Empty when there is no output. */
export async function readOutput(
  folder: string,
  from: number,
): Promise<{ readonly text: string; readonly next: number }> {
  const { start, bytes } = await partFrom(folder, () => from);
  const length = completeLength(bytes);
  return { text: bytes.toString('utf8', 0, length), next: start + length };
}

/** The last `tailBytes` bytes, from the start of a character. */
export async function tailOutput(folder: string, tailBytes: number): Promise<string> {
  const { start, bytes } = await partFrom(folder, (end) => end - Math.max(0, tailBytes));
  // A cut may fall inside a UTF-8 character: bytes 10xxxxxx continue one.
  let first = 0;
  while (start > 0 && first < 3 && ((bytes[first] ?? 0) & 0xc0) === 0x80) first++;
  return bytes.toString('utf8', first);
}

/**
 * When more than `keepBytes` are in `output.log`, moves the last so many of them, from the start of a line, into a file of
 * their own, empties it, and forgets what was moved before: at least the last `keepBytes` remain, and twice as many at most.
 * The processes go on writing, as they append. Emptying follows the last copied byte within microseconds; what is written
 * just then is lost. On a full disk everything older is forgotten.
 */
export async function capOutput(folder: string, keepBytes: number): Promise<void> {
  const { earlier, current } = await segments(folder);
  if (current.size <= keepBytes) return;
  const temporary = join(folder, 'output.tmp');
  const from = await open(current.path, 'r+');
  try {
    const cut = await lineStart(from, current.size - keepBytes);
    try {
      await copyRange(from, temporary, cut, current.size);
      appendRest(from.fd, temporary, current.size);
      renameSync(temporary, join(folder, `output.${current.start + cut}.log`));
    } catch (error) {
      if (systemCode(error) !== 'ENOSPC') throw error;
      await rm(temporary, { force: true });
    }
    ftruncateSync(from.fd, 0);
  } finally {
    await from.close();
  }
  if (earlier !== undefined) await rm(earlier.path, { force: true });
}

async function partFrom(folder: string, fromEnd: (end: number) => number): Promise<Part> {
  for (;;) {
    const { earlier, current } = await segments(folder);
    const wanted = fromEnd(current.start + current.size);
    const start = Math.max(wanted, earlier?.start ?? current.start);
    const parts = [];
    for (const segment of earlier === undefined ? [current] : [earlier, current])
      parts.push(await readSegment(segment, start));
    // The files may have changed places meanwhile.
    const now = await segments(folder);
    if (now.earlier?.path === earlier?.path) return { start, bytes: Buffer.concat(parts) };
  }
}

async function segments(
  folder: string,
): Promise<{ readonly earlier: Segment | undefined; readonly current: Segment }> {
  const starts = (await namesIn(folder))
    .flatMap((name) => EARLIER.exec(name)?.[1] ?? [])
    .map(Number);
  const newest = starts.length === 0 ? undefined : Math.max(...starts);
  const earlier =
    newest === undefined ? undefined : await segment(join(folder, `output.${newest}.log`), newest);
  const start = earlier === undefined ? 0 : earlier.start + earlier.size;
  return { earlier, current: await segment(join(folder, OUTPUT_LOG), start) };
}

/** A file that is not there is empty. */
async function segment(path: string, start: number): Promise<Segment> {
  try {
    return { path, start, size: (await stat(path)).size };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { path, start, size: 0 };
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return [];
  }
}

async function readSegment({ path, start, size }: Segment, from: number): Promise<Buffer> {
  const skipped = Math.max(0, from - start);
  if (skipped >= size) return Buffer.alloc(0);
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    // Forgotten a moment ago: the caller looks again.
    if (systemCode(error) !== 'ENOENT') throw error;
    return Buffer.alloc(0);
  }
  try {
    const bytes = Buffer.alloc(size - skipped);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, skipped);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The start of the first line at or after an offset of the file. */
async function lineStart(file: FileHandle, offset: number): Promise<number> {
  const { buffer, bytesRead } = await file.read({
    buffer: Buffer.alloc(LONGEST_LINE_BYTES),
    position: offset,
  });
  return offset + buffer.subarray(0, bytesRead).indexOf('\n') + 1;
}

async function copyRange(from: FileHandle, to: string, start: number, end: number): Promise<void> {
  const target = await open(to, 'w', 0o600);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let at = start; at < end;) {
      const { bytesRead } = await from.read(chunk, 0, Math.min(chunk.length, end - at), at);
      if (bytesRead === 0) return;
      await target.write(chunk, 0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await target.close();
  }
}

/** So often the copy runs after a program that writes faster than it is copied. */
const MOST_ROUNDS = 100;

/** Copies what was written meanwhile, without a pause in which more could come. */
function appendRest(from: number, to: string, copied: number): void {
  const target = openSync(to, 'a');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let at = copied;
    for (let round = 0; round < MOST_ROUNDS && fstatSync(from).size > at; round++) {
      const read = readSync(from, chunk, 0, chunk.length, at);
      writeSync(target, chunk, 0, read);
      at += read;
    }
  } finally {
    closeSync(target);
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
