import { defineConfig } from 'vitest/config';

/** What Stryker runs: the tests of what is pure, the scheduler and the analysis. */
export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    include: ['test/scheduler/**/*.test.ts', 'test/analysis/**/*.test.ts'],
  },
});
