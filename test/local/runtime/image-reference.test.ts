import { describe, expect, it } from 'vitest';
import {
  effectiveTag,
  parseImageReference,
  syntheticDigest,
} from '../../../src/local/runtime/image-reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseImageReference', () => {
  it.each([
    ['nginx', 'nginx', undefined, undefined],
    ['my-repo/my-app:1.2.0', 'my-repo/my-app', '1.2.0', undefined],
    ['localhost:5000/x', 'localhost:5000/x', undefined, undefined],
    ['localhost:5000/x:1', 'localhost:5000/x', '1', undefined],
    [`my-repo/my-app@${DIGEST}`, 'my-repo/my-app', undefined, DIGEST],
    [`localhost:5000/a/b:1@${DIGEST}`, 'localhost:5000/a/b', '1', DIGEST],
    [
      '012345678901.dkr.ecr.eu-west-1.amazonaws.com/a:b',
      '012345678901.dkr.ecr.eu-west-1.amazonaws.com/a',
      'b',
      undefined,
    ],
  ])('%s', (text, repository, tag, digest) => {
    expect(parseImageReference(text)).toEqual({ repository, tag, digest });
  });

  it.each([
    '',
    ':1',
    'a:',
    'a b',
    'a:-x',
    'a//b',
    'a@sha256:12',
    'a@',
    `a@${DIGEST}@${DIGEST}`,
    'https://a/b:1',
  ])('%j is none', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('means latest without tag and digest', () => {
    const tagOf = (text: string): string | undefined =>
      effectiveTag(parseImageReference(text) ?? { repository: '', tag: 'none', digest: undefined });
    expect(tagOf('a')).toBe('latest');
    expect(tagOf('a:1')).toBe('1');
    expect(tagOf(`a@${DIGEST}`)).toBeUndefined();
  });
});

describe('syntheticDigest', () => {
  it('is the same for the same reference and definition, and another for another', () => {
    const digest = syntheticDigest('a:1', { command: ['x'] });
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(syntheticDigest('a:1', { command: ['x'] })).toBe(digest);
    expect(syntheticDigest('a:2', { command: ['x'] })).not.toBe(digest);
    expect(syntheticDigest('a:1', { command: ['y'] })).not.toBe(digest);
  });

  it('is the one that the reference pins', () => {
    expect(syntheticDigest(`a:1@${DIGEST}`, {})).toBe(DIGEST);
  });
});
