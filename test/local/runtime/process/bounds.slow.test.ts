import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { container, runtimeOn, stateFolder } from './harness.ts';

describe('the process runtime', () => {
  it('starts many containers, not all at once, and lets none of them begin once it is closed', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    const ids = Array.from({ length: 120 }, (_, index) => `c${index}`);
    const starts = Promise.allSettled(
      ids.map((id) =>
        runtime.start(container(id, 'test/shell', { command: ['/bin/sleep', '60'] })),
      ),
    );
    await runtime.close({ kind: 'stop', graceMs: 0 });
    const outcomes = (await starts).map(({ status }) => status);
    expect(outcomes).toContain('fulfilled');
    expect(outcomes).toContain('rejected');
    expect(outcomes.lastIndexOf('fulfilled')).toBeLessThan(outcomes.indexOf('rejected'));
  });

  it("keeps the end of a program's output that grew without bound", async () => {
    const state = await stateFolder();
    const { runtime, exitOf } = runtimeOn(state);
    const loud =
      'i=0; while [ $i -lt 40 ]; do i=$((i+1)); head -c 1048575 /dev/zero | tr "\\\\0" x; echo; done; echo end';
    await runtime.start(container('loud', 'test/shell', { command: ['/bin/sh', '-c', loud] }));
    await exitOf('loud');
    expect((await runtime.logs('loud', 10)).endsWith('x\nend\n')).toBe(true);
    const folder = join(state, 'containers', 'loud');
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
    );
    const kept = sizes.reduce((sum, size) => sum + size, 0);
    expect(kept).toBeGreaterThan(15 * 2 ** 20);
    expect(kept).toBeLessThan(33 * 2 ** 20);
  });
});
