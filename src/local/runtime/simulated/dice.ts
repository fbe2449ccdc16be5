/** Draws what models leave open, the same for the same seed and the same order of questions. */
import type { Random } from '../../../base/random.ts';
import type { ModelChance, ModelDuration } from './simulation-model.ts';

/** The draws of one simulation. */
export class Dice {
  readonly #random: Random;
  /** How often each schedule was asked, by name. */
  readonly #asked = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Milliseconds. */
  duration(duration: ModelDuration): number {
    if (typeof duration === 'number') return duration;
    const [least, most] = duration;
    return least + (most - least) * this.#random.fraction();
  }

  /** @param name what is asked: each name goes through its schedule by itself */
  happens(name: string, chance: ModelChance): boolean {
    if (typeof chance === 'boolean') return chance;
    if (typeof chance === 'number') return this.#random.fraction() < chance;
    const time = this.#asked.get(name) ?? 0;
    this.#asked.set(name, time + 1);
    return chance[time] ?? false;
  }
}
