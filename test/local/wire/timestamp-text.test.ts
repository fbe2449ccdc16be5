import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochSecondsOf } from '../../../src/local/wire/timestamp-text.ts';

describe('ISO 8601 timestamps', () => {
  it('mean the instant that Date says, from the year 1 to 9999', () => {
    const instant = fc.date({
      noInvalidDate: true,
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
    });
    fc.assert(
      fc.property(instant, (date) => {
        expect(epochSecondsOf(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 3);
        const seconds = Math.floor(date.getTime() / 1000);
        expect(epochSecondsOf(`${date.toISOString().slice(0, 19)}Z`)).toBe(seconds);
      }),
      { numRuns: 2000 },
    );
  });

  it('may carry an offset', () => {
    expect(epochSecondsOf('2026-01-01T01:30:00+01:30')).toBe(Date.UTC(2026, 0, 1) / 1000);
    expect(epochSecondsOf('2025-12-31T19:00:00-05:00')).toBe(Date.UTC(2026, 0, 1) / 1000);
  });

  it.each([
    '',
    'now',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
  ])('cannot be %j', (text) => {
    expect(epochSecondsOf(text)).toBeUndefined();
  });

  it('know leap years', () => {
    expect(epochSecondsOf('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29) / 1000);
    expect(epochSecondsOf('2000-02-29T00:00:00Z')).toBe(Date.UTC(2000, 1, 29) / 1000);
  });
});
