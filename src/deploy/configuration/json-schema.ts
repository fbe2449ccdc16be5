/** The JSON Schema of `fairlead.yaml`, for editors. */
import { jsonSchemaOf } from '../../base/configuration/fields.ts';
import { fileSchema } from './schema.ts';

/** The content of schema/fairlead.schema.json: draft 7, which the YAML plugins of editors know. */
export function configurationJsonSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'fairlead.yaml',
    description: 'What fairlead deploy rolls out, where and how.',
    ...jsonSchemaOf(fileSchema),
  };
}
