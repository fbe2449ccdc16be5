import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import {
  parseImageOption,
  parseImageReference,
} from '../../../src/deploy/definition/image-reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseImageReference', () => {
  it.each([
    ['web', { repository: 'web' }],
    ['team/web:1.2.0', { repository: 'team/web', tag: '1.2.0' }],
    ['localhost/web', { registry: 'localhost', repository: 'web' }],
    ['localhost:5000/web', { registry: 'localhost:5000', repository: 'web' }],
    ['10.0.0.1:5000/a/b:x', { registry: '10.0.0.1:5000', repository: 'a/b', tag: 'x' }],
    [
      `registry.example/a/b:1@${DIGEST}`,
      { registry: 'registry.example', repository: 'a/b', tag: '1', digest: DIGEST },
    ],
    [`web@${DIGEST}`, { repository: 'web', digest: DIGEST }],
    ['[::1]:5000/web:1', { registry: '[::1]:5000', repository: 'web', tag: '1' }],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web:main-3f2a1c9',
      {
        registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
        repository: 'team/web',
        tag: 'main-3f2a1c9',
      },
    ],
  ])('reads %s', (text, parts) => {
    expect(parseImageReference(text)).toStrictEqual({ text, ...parts });
  });

  it('puts the parts together again to what it read', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8})?$/);
    const registry = fc.option(
      fc.oneof(
        fc.constant('localhost'),
        fc.stringMatching(/^[a-z0-9]{1,8}\.[a-z]{2,5}(?::\d{1,5})?$/),
      ),
      { nil: undefined },
    );
    const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });
    const digest = fc.option(fc.constant(DIGEST), { nil: undefined });
    fc.assert(
      fc.property(
        registry,
        fc.array(name, { minLength: 1, maxLength: 3 }),
        tag,
        digest,
        (host, path, t, d) => {
          const repository = path.join('/');
          const text = `${host === undefined ? '' : `${host}/`}${repository}${t === undefined ? '' : `:${t}`}${d === undefined ? '' : `@${d}`}`;
          const reference = parseImageReference(text);
          expect(reference.tag).toBe(t);
          expect(reference.digest).toBe(d);
          const whole = `${reference.registry === undefined ? '' : `${reference.registry}/`}${reference.repository}`;
          expect(text.startsWith(whole)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['', /names no repository/],
    ['registry.example:5000/', /names no repository/],
    ['web:', /its tag is empty/],
    ['web:-x', /the tag "-x"/],
    [`web:${'x'.repeat(129)}`, /at most 128/],
    ['Team/Web:1', /capital letters/],
    ['web@sha256:12', /the digest/],
    ['web@latest', /the digest/],
    ['a b:1', /no repository name/],
    ['https://registry.example/web:1', /no registry host/],
    ['team//web:1', /no repository name/],
  ])('refuses %j', (text, message) => {
    expect(() => parseImageReference(text)).toThrow(message);
  });

  it('never fails but with exit code 2', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseImageReference(text).text).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).exitCode).toBe(2);
        }
      }),
    );
  });
});

describe('parseImageOption', () => {
  it('splits off the container', () => {
    expect(parseImageOption('web=team/web:1')).toMatchObject({
      container: 'web',
      image: { text: 'team/web:1' },
    });
    expect(parseImageOption('team/web:1').container).toBeUndefined();
  });

  it('refuses a container name that ECS would refuse', () => {
    expect(() => parseImageOption('a/b=team/web:1')).toThrow(/no container name/);
  });
});
