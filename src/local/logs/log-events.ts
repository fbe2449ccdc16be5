/**
 * The output of a container as log events, one a line. Programs' output is kept without times, so every event has the time at
 * which its container started, and a time range selects the containers that ran in it: it never hides a line that may
 * have been written then.
 */
import type { ReadLogs } from './context.ts';
import type { LogStreamSource } from './log-sources.ts';

/** Times that a request asks for, in epoch ms; `endTime` itself is outside. */
export interface TimeRange {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
}

/** True when the stream may have lines that were written in the range. */
export function ranIn(stream: LogStreamSource, range: TimeRange): boolean {
  const { startTime = -Infinity, endTime = Infinity } = range;
  return stream.startedAt < endTime && (stream.stoppedAt ?? Infinity) >= startTime;
}

/**
 * The lines of a stream, oldest first: those of the last `tailBytes` bytes. A line that a running container has not ended yet
 * is left for later.
 */
export async function readLines(
  stream: LogStreamSource,
  readLogs: ReadLogs,
  tailBytes: number,
): Promise<readonly string[]> {
  const text = await readLogs(stream.containerId, tailBytes);
  // A cut inside a character takes up to three bytes more away.
  const isCut = Buffer.byteLength(text) > tailBytes - 4;
  return linesOf(text, { isCut, hasEnded: stream.stoppedAt !== undefined });
}

/**
 * The lines of a text without empty ones, which no log event can be.
 * @param isCut the text begins in the middle of a line
 * @param hasEnded nothing will be added to the last line
 */
export function linesOf(
  text: string,
  { isCut, hasEnded }: { readonly isCut: boolean; readonly hasEnded: boolean },
): readonly string[] {
  const lines = text.split('\n');
  if (isCut) lines.shift();
  if (!hasEnded) lines.pop();
  return lines.map((line) => line.replace(/\r$/, '')).filter((line) => line !== '');
}
