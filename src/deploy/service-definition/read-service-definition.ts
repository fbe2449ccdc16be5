/** Where the wanted service comes from: a JSON file, or the configuration itself. */
import { messageOf, systemCode, UserError } from '../../base/errors.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import type { DocumentSource } from '../configuration/configuration.ts';
import { parseServiceDefinition } from './parse-service-definition.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** What messages call a definition that stands in the configuration. */
const INLINE = 'service_definition';

/**
 * Reads the wanted service: the input of `aws ecs create-service --cli-input-json` or the output of
 * `aws ecs describe-services`.
 * @param read reads a file
 * @param name the service that the configuration names; the definition must not name another
 * @throws UserError SERVICE_DEFINITION_INVALID (exit code 2)
 */
export async function readServiceDefinition(
  source: DocumentSource,
  read: (path: string) => Promise<string>,
  name: ServiceName,
): Promise<ServiceDefinition> {
  if (source.kind === 'inline') {
    return parseServiceDefinition(source.value, INLINE, name, { textForScalars: true });
  }
  const path = source.text.startsWith('file://') ? source.text.slice(7) : source.text;
  const document = parseJson(await textOfFile(path, read), path);
  return parseServiceDefinition(document, path, name, { textForScalars: false });
}

async function textOfFile(path: string, read: (path: string) => Promise<string>): Promise<string> {
  try {
    return await read(path);
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    throw invalid(
      `cannot read ${path}: ${why}`,
      'service_definition must be the path of a JSON file, or the definition itself.',
      error,
    );
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(`${path} is no JSON: ${messageOf(error)}`, 'Mend the file.', error);
  }
}

function invalid(message: string, hint: string, cause: unknown): UserError {
  return new UserError('SERVICE_DEFINITION_INVALID', message, { hint, exitCode: 2, cause });
}
