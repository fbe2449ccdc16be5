import { platform } from 'node:os';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canListenOn,
  chooseLoopbackHost,
} from '../../../../src/local/controllers/load-balancing/loopback-hosts.ts';

const everywhere = (): Promise<boolean> => Promise.resolve(true);

describe('the address of a load balancer', () => {
  it('is 127.0.0.1 first, then 127.0.1.1, 127.0.1.2 and so on', async () => {
    const taken: string[] = [];
    for (let count = 0; count < 256; count++)
      taken.push(await chooseLoopbackHost(taken, everywhere));
    expect(taken.slice(0, 3)).toEqual(['127.0.0.1', '127.0.1.1', '127.0.1.2']);
    expect(taken.slice(-2)).toEqual(['127.0.1.254', '127.0.2.1']);
    expect(new Set(taken).size).toBe(256);
  });

  it('is one that was given back before a new one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), async (gone) => {
        const all = ['127.0.0.1', ...Array.from({ length: 20 }, (_, n) => `127.0.1.${n + 1}`)];
        const taken = all.filter((_, index) => index !== gone);
        expect(await chooseLoopbackHost(taken, everywhere)).toBe(all[gone]);
      }),
    );
  });

  it('is 127.0.0.1 again where the machine has no other', async () => {
    const nowhere = (): Promise<boolean> => Promise.resolve(false);
    expect(await chooseLoopbackHost(['127.0.0.1'], nowhere)).toBe('127.0.0.1');
  });
});

describe('the probe', () => {
  it('can listen on 127.0.0.1, and not on an address of another machine', async () => {
    expect(await canListenOn('127.0.0.1')).toBe(true);
    expect(await canListenOn('192.0.2.1')).toBe(false);
  });

  it.runIf(platform() === 'linux')('can listen on all of 127.0.0.0/8 on Linux', async () => {
    expect(await canListenOn('127.0.1.7')).toBe(true);
  });
});
