import { describe, expect, it } from 'vitest';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { requestIds } from '../../../src/local/wire/request-ids.ts';

describe('request ids', () => {
  it('are version 4 UUIDs, each given once', () => {
    const next = requestIds(idSource(seededRandom(1)));
    const ids = Array.from({ length: 10_000 }, next);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
