import { describe, expect, it } from 'vitest';
import { queryJson } from '../../src/report/query-json.ts';

describe('queryJson', () => {
  it('writes times as ISO 8601 and what is not known as null', () => {
    const json = queryJson([
      { startedAt: 1_795_440_929_136, stoppedAt: undefined, events: [{ at: 0, message: 'm' }] },
    ]);
    expect(JSON.parse(json)).toStrictEqual([
      {
        startedAt: '2026-11-23T13:35:29.136Z',
        stoppedAt: null,
        events: [{ at: '1970-01-01T00:00:00.000Z', message: 'm' }],
      },
    ]);
  });

  it('leaves other numbers alone', () => {
    expect(JSON.parse(queryJson({ desired: 4, failed: 0 }))).toStrictEqual({
      desired: 4,
      failed: 0,
    });
  });
});
