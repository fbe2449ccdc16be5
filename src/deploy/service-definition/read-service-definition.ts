/** Where the wanted service comes from: a JSON file, or the configuration itself. */
import type { ServiceName } from '../aws/service-reader.ts';
import type { DocumentSource, PlaceOf } from '../definition/document-source.ts';
import { readWritten, type DocumentReading } from '../definition/written.ts';
import { parseServiceDefinition, SERVICE_DEFINITION } from './parse-service-definition.ts';
import type { ServiceDefinition } from './service-definition.ts';

/**
 * Reads the wanted service: the input of `aws ecs create-service --cli-input-json` or the output of
 * `aws ecs describe-services`.
 * @param name the service that the configuration names; the definition must not name another
 * @param placeOf where the configuration has it, for messages
 * @throws UserError SERVICE_DEFINITION_INVALID (exit code 2)
 */
export async function readServiceDefinition(
  source: DocumentSource,
  reading: DocumentReading,
  name: ServiceName,
  placeOf?: PlaceOf,
): Promise<ServiceDefinition> {
  return parseServiceDefinition(
    await readWritten(source, SERVICE_DEFINITION, reading, placeOf),
    name,
  );
}
