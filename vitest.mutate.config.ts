import { defineConfig } from 'vitest/config';

/** What Stryker runs: the tests of what is pure, the scheduler and the analysis. */
export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    // As for the fast tests: properties take their time on a busy machine.
    testTimeout: 30_000,
    include: ['test/scheduler/**/*.test.ts', 'test/analysis/**/*.test.ts'],
  },
});
