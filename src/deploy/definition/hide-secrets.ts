/** What a task definition has that must never be told. */
import { isSecretName } from '../../record/redact.ts';
import type { Session } from '../session/session.ts';
import type { JsonObject } from './json.ts';
import { containersOf } from './task-definition.ts';

/** Values of variables named like secrets must not come back in a log line. */
export function hideSecrets(session: Session, definition: JsonObject): void {
  session.recorder.hide(
    containersOf(definition)
      .flatMap((container) => container.environment)
      .filter(({ name, value }) => isSecretName(name) && looksSecret(name, value))
      .map(({ value }) => value),
  );
}

/** False for the name, place or lifetime of a secret: hiding those would tear holes into ARNs and messages. */
function looksSecret(name: string, value: string): boolean {
  return (
    value.length >= 8 &&
    !/(?:NAME|ARN|ID|URL|URI|PATH|FILE|DIR|HOST|REGION|TTL|ISSUER|TYPE|EXPIR\w*)$/i.test(name) &&
    !/^(?:arn:|https?:\/\/|\/)/.test(value)
  );
}
