/** The world of a command that a person or a script runs, loaded when there is a command to run. */
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import type { CliContext } from './context.ts';
import { interruption, interruptions } from './signals.ts';

/** This process, real time and real randomness. */
export function systemContext(): CliContext {
  return {
    process,
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    interruption,
    interruptions,
  };
}
