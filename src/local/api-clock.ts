/**
 * Time as the API shows it. It runs as the machine's unless the local ECS was started with a time scale; where it once ran
 * ahead it goes on from there, since what is stored has its times.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { messageOf, systemCode, UserError } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import { ScaledClock, type ClockAnchor } from '../base/scaled-clock.ts';

/** Faster than this, a real second is longer than a deployment's waits can be told apart. */
const FASTEST = 10_000;

/** What is kept of it. */
interface KeptTime extends ClockAnchor {
  readonly scale: number;
}

/**
 * The clock of the API and of all waits that are scaled.
 * @param path where it is kept from one start to the next; undefined keeps nothing
 * @throws UserError for a scale that is none, or a file that cannot be read
 */
export function apiClock(machine: Clock, scale: number, path: string | undefined): Clock {
  if (!(scale >= 1 && scale <= FASTEST))
    throw new UserError('TIME_SCALE', `The time scale ${scale} is not from 1 to ${FASTEST}.`, {
      hint: 'Use --time-scale 60 for minutes that pass in seconds.',
      exitCode: 2,
    });
  const former = path === undefined ? undefined : readKept(path);
  if (scale === 1 && former === undefined) return machine;
  const baseAt = machine.now();
  const at =
    former === undefined
      ? baseAt
      : Math.max(baseAt, new ScaledClock(machine, former.scale, former).now());
  const kept: KeptTime = { scale, baseAt, at };
  if (path !== undefined) {
    writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return new ScaledClock(machine, scale, kept);
}

function readKept(path: string): KeptTime | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new UserError('STATE_FOLDER', `${path} cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
  try {
    const { scale, baseAt, at } = JSON.parse(text) as Partial<KeptTime>;
    if (typeof scale === 'number' && typeof baseAt === 'number' && typeof at === 'number')
      return { scale, baseAt, at };
  } catch {
    // Said below: whatever is wrong with it, the cure is the same.
  }
  throw new UserError('STATE_FOLDER', `${path} does not say how time passes.`, {
    hint: 'Remove the state with "fairlead local reset".',
  });
}
