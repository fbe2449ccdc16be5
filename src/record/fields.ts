/** Fields that many entries of a record have. */
import { z } from 'zod';

/** Epoch milliseconds. */
export const at = z
  .number()
  .describe('Epoch milliseconds by the clock of the one who wrote the record');

/** A number of things. */
export const count = z.number().int().nonnegative();
