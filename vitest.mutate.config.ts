import { defineConfig } from 'vitest/config';

/** What Stryker runs: the tests of the pure scheduler only. */
export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    include: ['test/scheduler/**/*.test.ts'],
  },
});
