import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const CORES = availableParallelism();

/**
 * `fast` holds the pure core and in-process tests, which `npm run check` runs; `slow` holds what starts processes, listens
 * on sockets for long or runs real clients: files named *.slow.test.ts.
 */
export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.slow.test.ts'],
          // Modules load once a thread, not once a file: the AWS SDK alone takes half a second.
          pool: 'threads',
          isolate: false,
          testTimeout: 30_000,
          maxWorkers: CORES,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          testTimeout: 120_000,
          // Modules load once a process here as well.
          isolate: false,
          // They wait most of their time: for programs, health checks and connections that drain.
          maxWorkers: Math.max(5, CORES),
          sequence: { groupOrder: 1 },
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
