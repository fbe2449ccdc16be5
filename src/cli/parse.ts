/** Readers of option values; each throws an Error that says what would be right. */
import { parseDuration } from '../base/duration.ts';

/** A TCP port, 0-65535. */
export function parsePort(text: string): number {
  const port = wholeNumber(text);
  if (port === undefined || port > 65_535) throw new Error(`${text} is no port: give 0 to 65535`);
  return port;
}

/** A count, 0 or more. */
export function parseCount(text: string): number {
  const count = wholeNumber(text);
  if (count === undefined) throw new Error(`${text} is no count: give a whole number such as 3`);
  return count;
}

/** A duration in ms: `90s`, `15m`, `1h30m`, or plain seconds. */
export function parseTime(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined)
    throw new Error(`${text} is no duration: give one such as 90s, 15m or 1h30m`);
  return duration;
}

/** How many times as fast time passes, 1-10,000. */
export function parseTimeScale(text: string): number {
  const scale = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (scale < 1 || scale > 10_000)
    throw new Error(`${text} is no time scale: give 1 to 10000, such as 60`);
  return scale;
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
