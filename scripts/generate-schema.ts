/** Writes schema/rollout-v1.schema.json from src/record/entries.ts; a test fails when it was forgotten. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { rolloutJsonSchema } from '../src/record/json-schema.ts';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('rollout-v1.schema.json', folder),
  await format(JSON.stringify(rolloutJsonSchema()), { parser: 'json', printWidth: 100 }),
);
