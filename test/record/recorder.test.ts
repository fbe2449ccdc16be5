import { describe, expect, it } from 'vitest';
import type { RolloutEntry } from '../../src/record/entries.ts';
import { createRecorder } from '../../src/record/recorder.ts';
import { HEADER, RECORD, sample, verdict } from './samples.ts';

describe('createRecorder', () => {
  it('puts the header first, before entries that came earlier', () => {
    const seen: RolloutEntry[] = [];
    const recorder = createRecorder([(entry) => seen.push(entry)]);
    recorder.write(sample(1, 1, 0));
    recorder.begin(HEADER);
    expect(seen.map((entry) => entry.kind)).toStrictEqual(['header', 'sample']);
  });

  it('hides secrets from every sink', () => {
    const first: RolloutEntry[] = [];
    const second: RolloutEntry[] = [];
    const recorder = createRecorder([(entry) => first.push(entry), (entry) => second.push(entry)]);
    recorder.hide(['s3cr3t-value']);
    recorder.begin({ ...HEADER, endpoint: 'https://ann:pw123456@ecs.example' });
    recorder.write(verdict('failed', 4, ['the app said s3cr3t-value']));
    for (const seen of [first, second]) {
      expect(JSON.stringify(seen)).not.toMatch(/s3cr3t-value|pw123456/);
      expect(seen).toHaveLength(2);
    }
  });

  it('changes nothing that is not secret', () => {
    const seen: RolloutEntry[] = [];
    const recorder = createRecorder([(entry) => seen.push(entry)]);
    for (const entry of RECORD) {
      if (entry.kind === 'header') recorder.begin(entry);
      else recorder.write(entry);
    }
    expect(seen).toStrictEqual(RECORD);
  });
});
