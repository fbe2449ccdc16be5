import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import {
  SigV4Verifier,
  type SignedRequest,
  type Verification,
} from '../../../src/local/wire/sigv4.ts';
import { signed } from './sdk-signer.ts';
import { CREDENTIALS } from './served-apis.ts';

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6);
const MINUTE = 60_000;
const at = new Date(NOW);

function verify(request: SignedRequest): Verification {
  return new SigV4Verifier(CREDENTIALS, new VirtualClock(NOW)).verify(request, 'ecs');
}

describe('a signature', () => {
  it.each([
    [-15, 'accepted'],
    [15, 'accepted'],
    [0, 'accepted'],
  ])('made %i minutes off the clock is %s', async (minutes, kind) => {
    const request = await signed({ at: new Date(NOW + minutes * MINUTE) });
    expect(verify(request).kind).toBe(kind);
  });

  it('older than 15 minutes has expired', async () => {
    const request = await signed({ at: new Date(NOW - 15 * MINUTE - 1000) });
    expect(verify(request)).toEqual({
      kind: 'refused',
      fault: 'wrong-signature',
      message:
        'Signature expired: 20260203T035005Z is now earlier than 20260203T035006Z (20260203T040506Z - 15 min.). ' +
        "Set the client's clock right, or sign again.",
    });
  });

  it('from more than 15 minutes ahead is not yet current', async () => {
    const request = await signed({ at: new Date(NOW + 15 * MINUTE + 1000) });
    expect(verify(request)).toMatchObject({
      message: expect.stringContaining('Signature not yet current: 20260203T042007Z') as string,
    });
  });

  it('ages while the verifier lives', async () => {
    const clock = new VirtualClock(NOW);
    const verifier = new SigV4Verifier(CREDENTIALS, clock);
    const request = await signed({ at });
    expect(verifier.verify(request, 'ecs').kind).toBe('accepted');
    await clock.advance(15 * MINUTE + 1000);
    expect(verifier.verify(request, 'ecs').kind).toBe('refused');
  });
});
