import { describe, expect, it } from 'vitest';
import { recordFileName } from '../../src/cli/record-file.ts';

const AT = Date.UTC(2026, 10, 23, 13, 5, 11, 42);

describe('recordFileName', () => {
  it('tells the time and the service', () => {
    const arn = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
    expect(recordFileName(arn, AT)).toBe('2026-11-23T13-05-11-042Z-web.jsonl');
  });

  it('names two records of one second differently', () => {
    expect(recordFileName('web', AT)).not.toBe(recordFileName('web', AT + 1));
  });
});
