import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFargateSize } from '../../../../src/local/ecs/task-definition-validation/fargate-sizes.ts';
import { readTaskSize } from '../../../../src/local/ecs/task-definition-validation/task-size.ts';
import { refusalOf } from '../fresh-context.ts';

describe('the size of a task', () => {
  it('is the same in units and in vCPU and GB', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1536 }),
        fc.integer({ min: 1, max: 4096 }),
        (cpu, gb) => {
          expect(readTaskSize({ cpu: `${cpu / 8} vCPU`, memory: `${gb / 8}GB` })).toEqual(
            readTaskSize({ cpu: String(cpu * 128), memory: String(gb * 128) }),
          );
        },
      ),
    );
  });

  it('is undefined where it is not given', () => {
    expect(readTaskSize({})).toEqual({});
  });

  it.each([
    '',
    ' ',
    '-256',
    '1e3',
    '256.5',
    '0x100',
    '0.1 vCPU',
    '1 GB',
    'vCPU',
    '. vCPU',
    '127',
    '196609',
    '256 units',
  ])('cannot be a cpu of "%s"', (cpu) => {
    expect(refusalOf(() => readTaskSize({ cpu }))).toEqual({
      code: 'InvalidParameterException',
      message: "Invalid 'cpu' setting for task.",
    });
  });

  it.each(['', '0', '1 MB', '1 vCPU', '-1', '0.0001 GB', '9'.repeat(400)])(
    'cannot be a memory of "%s"',
    (memory) => {
      expect(refusalOf(() => readTaskSize({ memory }))).toEqual({
        code: 'InvalidParameterException',
        message: "Invalid 'memory' setting for task.",
      });
    },
  );
});

describe('Fargate’s sizes', () => {
  /** The table of the reference, spelt out. */
  const TABLE: Readonly<Record<number, readonly number[]>> = {
    256: [512, 1024, 2048],
    512: steps(1024, 4096, 1024),
    1024: steps(2048, 8192, 1024),
    2048: steps(4096, 16_384, 1024),
    4096: steps(8192, 30_720, 1024),
    8192: steps(16_384, 61_440, 4096),
    16_384: steps(32_768, 122_880, 8192),
  };

  function steps(from: number, to: number, by: number): readonly number[] {
    return Array.from({ length: (to - from) / by + 1 }, (_, index) => from + index * by);
  }

  it('are those of the table and no others', () => {
    const cpus = fc.constantFrom(128, 300, 32_768, ...Object.keys(TABLE).map(Number));
    const memories = fc.oneof(
      fc.integer({ min: 0, max: 240 }).map((half) => half * 512),
      fc.integer({ min: 1, max: 130_000 }),
    );
    fc.assert(
      fc.property(cpus, memories, (cpu, memory) => {
        expect(isFargateSize(cpu, memory, false)).toBe(TABLE[cpu]?.includes(memory) ?? false);
      }),
      { numRuns: 500 },
    );
    for (const [cpu, sizes] of Object.entries(TABLE))
      for (const memory of sizes) expect(isFargateSize(Number(cpu), memory, false)).toBe(true);
  });

  it('begin at one vCPU for Windows', () => {
    expect(isFargateSize(512, 1024, true)).toBe(false);
    expect(isFargateSize(1024, 2048, true)).toBe(true);
  });
});
