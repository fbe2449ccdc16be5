import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/base/virtual-clock.ts';
import { StartQueue } from '../../../../src/local/runtime/process/start-queue.ts';

it('starts in order, never more at once than there are places, and all of them, whatever fails', async () => {
  const starts = fc.array(fc.record({ takesMs: fc.nat(50), fails: fc.boolean() }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), starts, async (places, wanted) => {
      const clock = new VirtualClock();
      const queue = new StartQueue(places);
      const begun: number[] = [];
      let running = 0;
      let most = 0;
      const ends = Promise.allSettled(
        wanted.map(({ takesMs, fails }, index) =>
          queue.run(async () => {
            begun.push(index);
            most = Math.max(most, ++running);
            await clock.sleep(takesMs);
            running--;
            if (fails) throw new Error('no');
            return index;
          }),
        ),
      );
      await clock.advance(50 * 40);
      expect((await ends).map(({ status }) => status)).toEqual(
        wanted.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
      );
      expect(begun).toEqual(wanted.map((_, index) => index));
      expect(most).toBe(Math.min(places, wanted.length));
    }),
  );
});
