/** How containers of an image behave in a simulation. */
import { z } from 'zod';
import { UserError } from '../../../base/errors.ts';
import { effectiveTag, parseImageReference } from '../image-reference.ts';

const DURATION = 'must be milliseconds, or [least, most]';
const CHANCE =
  'must be true, false, a probability from 0 to 1, or a list of true and false, one for each time';

const ms = z.number(DURATION).min(0, DURATION);

/** Milliseconds: always the same, or drawn evenly from [least, most]. */
const duration = z.union(
  [ms, z.tuple([ms, ms], DURATION).refine(([least, most]) => least <= most, DURATION)],
  DURATION,
);

/** Always or never, with a probability, or by schedule: one answer for each time, false when they are used up. */
const chance = z.union(
  [z.boolean(), z.number().min(0, CHANCE).max(1, CHANCE), z.array(z.boolean())],
  CHANCE,
);

const EXIT_CODE = 'must be an exit code from 0 to 255';
const exitCode = z.int(EXIT_CODE).min(0, EXIT_CODE).max(255, EXIT_CODE);

const model = z.strictObject({
  pullMs: duration.default(500),
  failToPull: chance.default(false),
  /** From the call to the running program. */
  startMs: duration.default(300),
  failToStart: chance.default(false),
  /** From the running program to the first healthy answer. */
  healthyAfterMs: z
    .union([duration, z.literal('never')], 'must be milliseconds, [least, most] or never')
    .default(1000),
  /** The program ends by itself. */
  exit: z.strictObject({ afterMs: duration, exitCode, chance: chance.default(true) }).optional(),
  /** From SIGTERM to the end. */
  stopMs: duration.default(200),
  ignoresSigterm: z.boolean().default(false),
  exitCodeOnSigterm: exitCode.default(0),
  /** What it uses while it runs: CPU units (1024 are one vCPU) and MiB. Not said: nothing is known of it. */
  cpuUnits: z.number().min(0).optional(),
  memoryMiB: z.number().min(0).optional(),
  /** What the container writes. */
  output: z.string().default(''),
});

const models = z.record(z.string(), model);

/** A model with all defaults filled in. */
export type SimulationModel = z.output<typeof model>;

/** Models as a configuration gives them: by `repository:tag`, `repository`, or `*` for all others. */
export type SimulationModels = z.input<typeof models>;

/** A duration of a model. */
export type ModelDuration = z.output<typeof duration>;

/** A chance of a model. */
export type ModelChance = z.output<typeof chance>;

/** Every container starts, becomes healthy and stops when asked. */
const HEALTHY_MODEL: SimulationModel = model.parse({});

/**
 * Checks a configuration of models.
 * @returns which model an image has
 * @throws UserError SIMULATION_INVALID that names every wrong field
 */
export function simulationModels(input: unknown): (image: string) => SimulationModel {
  const parsed = models.safeParse(input);
  if (!parsed.success)
    throw new UserError(
      'SIMULATION_INVALID',
      `the simulation models are wrong:\n${z.prettifyError(parsed.error)}`,
      { exitCode: 2 },
    );
  const byImage = new Map(Object.entries(parsed.data));
  return (image) => {
    const reference = parseImageReference(image);
    const tag = reference === undefined ? undefined : effectiveTag(reference);
    return (
      byImage.get(image) ??
      byImage.get(`${reference?.repository ?? image}:${tag ?? ''}`) ??
      byImage.get(reference?.repository ?? image) ??
      byImage.get('*') ??
      HEALTHY_MODEL
    );
  };
}
