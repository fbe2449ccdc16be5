import { describe, expect, it } from 'vitest';
import { desiredCountOfNew } from '../../../src/local/ecs/service-validation/desired-count.ts';

describe('the desired count of a service', () => {
  it.each([0, 1, 5_000])('may be %d', (count) => {
    expect(desiredCountOfNew(count, 'REPLICA')).toBe(count);
  });

  it.each([5_001, 1_000_000_000, 1.5, Number.NaN, Infinity])(
    'is refused as %d, which names the value and the limit',
    (count) => {
      expect(() => desiredCountOfNew(count, 'REPLICA')).toThrow(
        `Invalid desiredCount ${count}. It must be a whole number from 0 to 5000`,
      );
    },
  );

  it('is refused below 0 in the words of ECS', () => {
    expect(() => desiredCountOfNew(-1, 'REPLICA')).toThrow('DesiredCount can not be lesser than 0');
  });
});
