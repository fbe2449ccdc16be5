import { describe, expect, it } from 'vitest';
import { taskBounds } from '../../../src/scheduler/rolling/bounds.ts';

describe('the bounds of a deployment', () => {
  it.each([
    // desired, minimum, maximum, lower, upper
    [4, 50, 200, 2, 8],
    [2, 75, 200, 2, 4],
    [3, 100, 125, 3, 3],
    [4, 0, 100, 0, 4],
    [1, 50, 150, 1, 1],
    [10, 33, 133, 4, 13],
    [0, 100, 200, 0, 0],
    [7, 100, 100, 7, 7],
  ])(
    'desired %i with minimum %i %% and maximum %i %%: %i stay healthy, at most %i exist',
    (desired, minimumHealthyPercent, maximumPercent, lower, upper) => {
      expect(taskBounds(desired, { minimumHealthyPercent, maximumPercent })).toEqual({
        lower,
        upper,
      });
    },
  );
});
