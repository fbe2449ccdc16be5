import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseGroup } from '../../../src/local/balancer/group-choice.ts';
import {
  readCookie,
  stickinessCookie,
  stuckTo,
} from '../../../src/local/balancer/stickiness-cookie.ts';

const NOW = 1_700_000_000_000;
const sent = (setCookie: string | undefined): string => setCookie?.split(';')[0] ?? '';

describe('stickiness cookies', () => {
  it('carry their subject until they end', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.integer({ min: 1, max: 604_800 }),
        (subject, seconds) => {
          const header = sent(stickinessCookie('AWSALB', subject, seconds, NOW));
          const value = readCookie(`other=1; ${header}; more=2`, 'AWSALB');
          expect(stuckTo(value, NOW + seconds * 1000 - 1)).toBe(subject.toWellFormed());
          expect(stuckTo(value, NOW + seconds * 1000)).toBeUndefined();
        },
      ),
    );
  });

  it('tell the client when they end', () => {
    expect(stickinessCookie('AWSALB', 'x', 60, NOW)).toMatch(
      /^AWSALB=[\w-]+; Expires=Tue, 14 Nov 2023 22:14:20 GMT; Path=\/$/,
    );
  });

  it('are not believed when broken', () => {
    for (const value of [undefined, '', '###', Buffer.from('later:x').toString('base64url')])
      expect(stuckTo(value, NOW)).toBeUndefined();
  });
});

describe('chooseGroup', () => {
  const action = (blue: number, green: number, enabled: boolean) => ({
    kind: 'forward' as const,
    targetGroups: [
      { arn: 'blue', weight: blue },
      { arn: 'green', weight: green },
    ],
    stickiness: { enabled, durationSeconds: 60 },
  });

  it('keeps a client on its group after the weights have turned, until the cookie ends', () => {
    const first = chooseGroup(action(1, 0, true), undefined, [], NOW);
    expect(first.arn).toBe('blue');
    const cookie = sent(first.cookie);
    const later = chooseGroup(action(0, 1, true), cookie, [], NOW + 59_999);
    expect(later).toMatchObject({ arn: 'blue', cookie: undefined });
    const ended = chooseGroup(action(0, 1, true), cookie, [], NOW + 60_000);
    expect(ended.arn).toBe('green');
    expect(ended.cookie).toMatch(/^AWSALBTG=/);
  });

  it('does not keep it on a group that the rule no longer names', () => {
    const cookie = sent(stickinessCookie('AWSALBTG', 'gone', 60, NOW));
    expect(chooseGroup(action(1, 0, true), cookie, [], NOW).arn).toBe('blue');
  });

  it('sets and reads no cookie without stickiness', () => {
    const cookie = sent(stickinessCookie('AWSALBTG', 'blue', 60, NOW));
    expect(chooseGroup(action(0, 1, false), cookie, [], NOW)).toMatchObject({
      arn: 'green',
      cookie: undefined,
    });
  });

  it('chooses no group when all weights are 0', () => {
    expect(chooseGroup(action(0, 0, true), undefined, [], NOW)).toMatchObject({
      arn: undefined,
      cookie: undefined,
    });
  });
});
