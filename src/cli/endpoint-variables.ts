/** The endpoints that the environment names: one that is no URL would fail in the SDK with words that explain nothing. */
import { UserError } from '../base/errors.ts';

/** The variables for single APIs of those that are used; each wins over `AWS_ENDPOINT_URL`. */
export const API_ENDPOINT_VARIABLES = [
  'AWS_ENDPOINT_URL_ECS',
  'AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2',
  'AWS_ENDPOINT_URL_CLOUDWATCH',
  'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS',
] as const;

/** @throws UserError ENDPOINT_INVALID (exit code 2), naming the variable */
export function checkEndpointVariables(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of ['AWS_ENDPOINT_URL', ...API_ENDPOINT_VARIABLES]) {
    const value = env[name] ?? '';
    if (value === '' || /^https?:$/.test(URL.parse(value)?.protocol ?? '')) continue;
    throw new UserError('ENDPOINT_INVALID', `${name} is "${value}", which is no endpoint URL.`, {
      hint: 'Write it as http://127.0.0.1:4327 or https://ecs.eu-west-1.amazonaws.com, or unset it.',
      exitCode: 2,
    });
  }
}
