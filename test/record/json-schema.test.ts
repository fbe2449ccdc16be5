import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rolloutJsonSchema } from '../../src/record/json-schema.ts';

it('schema/rollout-v1.schema.json is what the code says (else: node scripts/generate-schema.ts)', () => {
  const file = new URL('../../schema/rollout-v1.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toStrictEqual(
    JSON.parse(JSON.stringify(rolloutJsonSchema())),
  );
});
