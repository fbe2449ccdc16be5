/** The record's JSON Schema, for editors and for programs in other languages. */
import { z } from 'zod';
import { RECORD_SCHEMA, RolloutEntrySchema } from './entries.ts';

/** The content of schema/rollout-v1.schema.json: draft 2020-12, describing one line of a record. */
export function rolloutJsonSchema(): object {
  return { title: RECORD_SCHEMA, ...z.toJSONSchema(RolloutEntrySchema, { io: 'input' }) };
}
