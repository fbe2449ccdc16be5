/** The combinations of cpu and memory that Fargate offers (reference: ECS semantics 3.1). */

interface MemoryRange {
  /** MiB. */
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/** By CPU units. The smallest size doubles instead of adding, so it is listed. */
const SMALLEST_CPU = 256;
const SMALLEST_MEMORY: readonly number[] = [512, 1024, 2048];
const RANGES: Readonly<Record<number, MemoryRange>> = {
  512: { least: 1024, most: 4096, step: 1024 },
  1024: { least: 2048, most: 8192, step: 1024 },
  2048: { least: 4096, most: 16_384, step: 1024 },
  4096: { least: 8192, most: 30_720, step: 1024 },
  8192: { least: 16_384, most: 61_440, step: 4096 },
  16_384: { least: 32_768, most: 122_880, step: 8192 },
};
/** Windows containers need at least one vCPU and get at most four. */
const WINDOWS_CPU: readonly number[] = [1024, 2048, 4096];

/** Whether Fargate has a machine of that size. */
export function isFargateSize(cpu: number, memory: number, windows: boolean): boolean {
  if (windows && !WINDOWS_CPU.includes(cpu)) return false;
  if (cpu === SMALLEST_CPU) return SMALLEST_MEMORY.includes(memory);
  const range = RANGES[cpu];
  if (range === undefined) return false;
  return memory >= range.least && memory <= range.most && (memory - range.least) % range.step === 0;
}
