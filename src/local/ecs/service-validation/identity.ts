/** Names and tokens of services (reference: ECS semantics 4.2). */
import { invalidParameter } from '../ecs-errors.ts';

/** @throws AwsError InvalidParameterException */
export function checkServiceName(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
    throw invalidParameter(
      `Invalid service name '${name}'. It must have from 1 to 255 letters (a-z, A-Z), digits, underscores and hyphens.`,
    );
  return name;
}

/** @throws AwsError InvalidParameterException */
export function checkClientToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  if (token.length > 36) throw invalidParameter('idempotency token longer than 36.');
  if (!/^[\x21-\x7e]+$/.test(token))
    throw invalidParameter(
      'The idempotency token must have from 1 to 36 printable ASCII characters without spaces.',
    );
  return token;
}
