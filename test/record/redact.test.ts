import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, redact, redactDeep, REDACTED } from '../../src/record/redact.ts';

/** A secret as one finds them: no quotes or spaces, long enough not to be part of the sentence around it. */
const secret = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+=_.~-]{9,30}$/).map((text) => `Z9${text}`);

const FORMS: readonly ((value: string) => string)[] = [
  (value) => `postgres://app:${value}@db.internal:5432/app`,
  (value) => `pull https://${value}@registry.example/team/app failed`,
  (value) => `Authorization: Bearer ${value}`,
  (value) => `authorization: AWS4-HMAC-SHA256 Credential=x/y, Signature=${value}`,
  (value) => `{"Authorization":"Basic ${value}"}`,
  (value) => `sent with bearer ${value} to the upstream`,
  (value) => `DB_PASSWORD=${value} npm start`,
  (value) => `password: ${value}`,
  (value) => `password:${value}`,
  (value) => `X-Vault-Token: ${value}`,
  (value) => `client-secret=${value}`,
  (value) => `{"auth-token":"${value}"}`,
  (value) => `{"apiKey": "${value}", "user": "ann"}`,
  (value) => `{'client_secret': '${value}'}`,
  (value) => JSON.stringify({ message: JSON.stringify({ access_token: value, retries: 3 }) }),
  (value) => `GET https://bucket.example/o?X-Amz-Signature=${value}&X-Amz-Date=1`,
  (value) => `AWS_SECRET_ACCESS_KEY=${value}`,
  (value) => `aws_session_token = ${value}`,
];

describe('redact', () => {
  it('leaves no secret of any known form', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMS), secret, (form, value) => {
        expect(redact(form(value))).not.toContain(value);
      }),
    );
  });

  it('leaves no value that it was told is secret, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, value, after) => {
        expect(redact(before + value + after, [value])).not.toContain(value);
      }),
    );
  });

  it('changes nothing the second time', () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.constantFrom(...FORMS), secret).map(([f, v]) => f(v)),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(redact(redact(value))).toBe(redact(value));
      }),
    );
  });

  it.each([
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found',
    'ResourceInitializationError: unable to pull secrets: ResourceNotFoundException: arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf',
    'is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:1:secret:x',
    '(service web) has started 2 tasks: (task 0123456789abcdef0123456789abcdef)',
    'http://127.0.0.1:4327/health answered 503',
    'basic authentication is not configured',
    'ann@example.com signed in',
    'auth-token:7 2/4 running',
    'team/token-service:1.2.0-beta',
    'registry.example:5000/secret-santa:main-3f2a1c9',
    'container auth-token: OutOfMemoryError: Container killed',
    'arn:aws:ecs:eu-west-1:123456789012:task-definition/auth-token:7',
  ])('keeps what explains a failure: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('keeps the host of a URL and the name of a setting', () => {
    expect(redact('https://ann:hunter22@registry.example/v2')).toBe(
      `https://${REDACTED}@registry.example/v2`,
    );
    expect(redact('DB_PASSWORD=hunter22 PORT=80')).toBe(`DB_PASSWORD=${REDACTED} PORT=80`);
  });

  it('does not take very short values for secrets', () => {
    expect(redact('a rollout', ['a'])).toBe('a rollout');
  });

  it('hides the longer of two secrets that contain each other', () => {
    expect(redact('key abcdefgh.', ['abcd', 'abcdefgh'])).toBe(`key ${REDACTED}.`);
  });
});

describe('redactDeep', () => {
  it('reaches every string and keeps the shape', () => {
    expect(
      redactDeep({ a: ['token=abcdef', 1, null, { b: true, c: 'x' }], d: undefined }),
    ).toStrictEqual({ a: [`token=${REDACTED}`, 1, null, { b: true, c: 'x' }], d: undefined });
  });
});

describe('isSecretName', () => {
  it.each(['DB_PASSWORD', 'apiKey', 'GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY'])('%s is', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each(['PORT', 'GREETING', 'DATABASE_URL'])('%s is not', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
