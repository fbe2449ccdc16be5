/** Where the local ECS says what it does: one line an entry, on standard error or nowhere. */
import { isoTime, type Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';

/** How grave an entry is, least first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What an entry is about. Never a secret: no request body, no header, no environment of a container. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes log entries. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** How a log is written. */
export interface LogOptions {
  /** Entries below it are dropped. */
  readonly level: LogLevel;
  /** `json`: one JSON object a line, for programs; `text`: `12:00:00.000 warn message key=value`, for people. */
  readonly format: 'json' | 'text';
  readonly clock: Pick<Clock, 'now'>;
  /** Takes one line, with its line end: `(line) => process.stderr.write(line)`. */
  readonly write: (line: string) => void;
}

const GRAVITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A log that writes lines. Errors among the fields are written with their stack and causes. */
export function lineLog(options: LogOptions): Log {
  const line = options.format === 'json' ? jsonLine : textLine;
  const at = (level: LogLevel): Log['info'] =>
    GRAVITY[level] < GRAVITY[options.level]
      ? () => undefined
      : (message, fields = {}) =>
          options.write(`${line(isoTime(options.clock.now()), level, message, fields)}\n`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function jsonLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  return JSON.stringify({ ...printable(fields), time, level, message });
}

function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const tail = Object.entries(printable(fields)).map(([key, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return ` ${key}=${/[\s"=]/.test(text) ? JSON.stringify(text) : text}`;
  });
  return `${time.slice(11, 23)} ${level} ${JSON.stringify(message).slice(1, -1)}${tail.join('')}`;
}

/** The fields as plain JSON values, so that writing a log entry can never throw. */
function printable(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, printableValue(value)]),
  );
}

function printableValue(value: unknown): unknown {
  if (value instanceof Error) return errorText(value, 0);
  try {
    // What JSON has no word for (a function, a symbol) is written by its name.
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? String(value) : (JSON.parse(text) as unknown);
  } catch (error) {
    return `(cannot be written: ${messageOf(error)})`;
  }
}

/** Causes may form a ring. */
const DEEPEST_CAUSE = 5;

function errorText(error: Error, depth: number): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  if (error.cause === undefined || depth === DEEPEST_CAUSE) return own;
  const cause =
    error.cause instanceof Error ? errorText(error.cause, depth + 1) : messageOf(error.cause);
  return `${own}\ncaused by: ${cause}`;
}
