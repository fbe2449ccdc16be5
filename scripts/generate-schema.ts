/** Writes the JSON Schemas in schema/ from the code; tests fail when it was forgotten. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { configurationJsonSchema } from '../src/deploy/configuration/json-schema.ts';
import { rolloutJsonSchema } from '../src/record/json-schema.ts';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [file, schema] of [
  ['rollout-v1.schema.json', rolloutJsonSchema()],
  ['fairlead.schema.json', configurationJsonSchema()],
] as const) {
  writeFileSync(
    new URL(file, folder),
    await format(JSON.stringify(schema), { parser: 'json', printWidth: 100 }),
  );
}
