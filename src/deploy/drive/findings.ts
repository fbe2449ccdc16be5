/** What preflight found, told; and what must never be told. */
import { UserError } from '../../base/errors.ts';
import { isSecretName } from '../../record/redact.ts';
import type { JsonObject } from '../definition/json.ts';
import { containersOf } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import type { Finding } from './preflight.ts';

/** Says the notes; throws the first proof that the rollout cannot work. */
export function report(session: Session, findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.level === 'note') {
      session.say('warning', finding.code.toLowerCase().replaceAll('_', '-'), finding.message);
    }
  }
  const impossible = findings.filter((finding) => finding.level === 'impossible');
  const [first] = impossible;
  if (first === undefined) return;
  throw new UserError(first.code, impossible.map((each) => each.message).join('; also: '), {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    exitCode: 2,
  });
}

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
