import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { openScreen } from '../../src/cli/screen.ts';
import type { HeaderEntry } from '../../src/record/entries.ts';

const header: HeaderEntry = {
  kind: 'header',
  schema: 'fairlead.rollout/v1',
  at: 0,
  tool: { name: 'fairlead', version: '0.0.0' },
  mode: 'deploy',
  command: 'deploy',
  endpoint: 'https://ecs.eu-west-1.amazonaws.com',
  region: 'eu-west-1',
  accountId: '123456789012',
  cluster: 'production',
  service: 'web',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/production/web',
  strategy: 'ROLLING',
  desiredCount: 4,
};

/** What the screen writes to a terminal of that size in a second. */
async function painted(size: { columns?: number; rows?: number }): Promise<string> {
  const clock = new VirtualClock();
  let written = '';
  const output = { isTTY: true, ...size, write: (text: string) => (written += text) };
  const screen = openScreen({ output, env: {}, clock });
  screen.sink({ ...header, at: clock.now() });
  await clock.advance(1000);
  screen.close();
  return written;
}

describe('the screen of a rollout', () => {
  it.each([
    ['without a size', { columns: 0, rows: 0 }],
    ['that does not say its size', {}],
  ])('is painted as for 80 columns on a terminal %s', async (_, size) => {
    expect(await painted(size)).toBe(await painted({ columns: 80, rows: 24 }));
  });

  it('paints over the picture before and clears only what is left of each row', async () => {
    const written = await painted({ columns: 80, rows: 24 });
    const [first = ''] = written.split('\r\u001b[');
    const rows = first.split('\n').length - 1;
    expect(rows).toBeGreaterThan(2);
    expect(stripVTControlCharacters(first)).toContain('deploy web in production');
    expect(written.split(`\r\u001b[${rows}A`).length).toBeGreaterThan(5);
    // Cleared all at once only in the end, when the picture goes.
    expect(written.split(`\r\u001b[${rows}A\u001b[J`)).toHaveLength(2);
  });
});
