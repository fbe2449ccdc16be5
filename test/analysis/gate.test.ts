import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideGate, type GateCheck } from '../../src/analysis/gate.ts';
import type { Assessment, OnNoData, Outcome } from '../../src/analysis/measurement.ts';

function check(
  name: string,
  outcome: Outcome,
  onNoData: OnNoData = 'wait',
  members: Partial<Assessment> = {},
): GateCheck {
  const assessment: Assessment = {
    ...{ outcome, text: `${outcome} of ${name}`, value: undefined, limit: undefined },
    ...{ samples: undefined, baseline: undefined, confidence: undefined },
    ...members,
  };
  return { name, assessment, onNoData, deadlineMs: 60_000 };
}

const decide = (
  elapsedMs: number,
  ...checks: readonly GateCheck[]
): ReturnType<typeof decideGate> => decideGate(checks, elapsedMs);

describe('a gate', () => {
  it('continues without checks, and when all of them pass', () => {
    expect(decide(0)).toEqual({ kind: 'continue' });
    expect(decide(0, check('a', 'pass'), check('b', 'pass', 'fail'))).toEqual({ kind: 'continue' });
  });

  it('rolls back at once for one failure, and names each', () => {
    expect(
      decide(0, check('a', 'fail'), check('b', 'no-data'), check('c', 'fail', 'pass')),
    ).toEqual({
      kind: 'roll-back',
      why: 'a: fail of a; c: fail of c',
    });
  });

  it('waits for what is undecided until its deadline', () => {
    const wait = { kind: 'wait', why: 'b: inconclusive of b; decides by 1m 00s' };
    expect(decide(0, check('a', 'pass'), check('b', 'inconclusive'))).toEqual(wait);
    expect(decide(59_999, check('b', 'inconclusive', 'pass'))).toEqual(wait);
    expect(decide(59_999, check('b', 'inconclusive', 'fail'))).toEqual(wait);
    expect(decide(0, check('a', 'no-data'), check('b', 'inconclusive'))).toEqual({
      kind: 'wait',
      why: 'a: no-data of a; decides by 1m 00s; b: inconclusive of b; decides by 1m 00s',
    });
  });

  it('rolls back at the deadline with what was still missing', () => {
    expect(decide(60_000, check('a', 'no-data'))).toEqual({
      kind: 'roll-back',
      why: 'a: no-data of a; undecided after 1m 00s',
    });
    expect(decide(60_000, check('a', 'inconclusive')).kind).toBe('roll-back');
    expect(decide(60_000, check('a', 'inconclusive', 'fail')).kind).toBe('roll-back');
  });

  it('rolls back at once for missing data that must be there', () => {
    expect(decide(0, check('a', 'no-data', 'fail'), check('b', 'pass'))).toEqual({
      kind: 'roll-back',
      why: 'a: no-data of a (on_no_data: fail)',
    });
  });

  it('lets missing and too few data pass where that is wanted, after the deadline, and says so', () => {
    expect(decide(0, check('a', 'no-data', 'pass')).kind).toBe('wait');
    expect(decide(60_000, check('a', 'no-data', 'pass'), check('b', 'pass'))).toEqual({
      kind: 'continue',
      why: 'a: no-data of a; passes undecided (on_no_data: pass)',
    });
    const few = { value: 0.01, limit: 0.01 };
    expect(decide(60_000, check('a', 'inconclusive', 'pass', few)).kind).toBe('continue');
    expect(decide(60_000, check('a', 'inconclusive', 'pass', { value: 9 })).kind).toBe('continue');
    expect(decide(60_000, check('a', 'no-data', 'pass', { limit: 0 })).kind).toBe('continue');
  });

  it('forgives what is missing, never what was seen', () => {
    const over = { value: 0.02, limit: 0.01 };
    expect(decide(60_000, check('a', 'inconclusive', 'pass', over))).toEqual({
      kind: 'roll-back',
      why: 'a: inconclusive of a; undecided after 1m 00s',
    });
  });

  const checks = fc.array(
    fc
      .tuple(
        fc.constantFrom<Outcome>('pass', 'fail', 'inconclusive', 'no-data'),
        fc.constantFrom<OnNoData>('wait', 'pass', 'fail'),
        fc.nat(1000),
        fc.option(fc.constantFrom(0, 1, 2), { nil: undefined }),
      )
      .map(([outcome, onNoData, deadlineMs, value]) => ({
        ...check('x', outcome, onNoData, { value, limit: 1 }),
        deadlineMs,
      })),
  );

  it('always ends by the last deadline', () => {
    fc.assert(
      fc.property(checks, fc.nat(1000), (all, late) => {
        const last = Math.max(0, ...all.map(({ deadlineMs }) => deadlineMs));
        expect(decideGate(all, last + late).kind).not.toBe('wait');
      }),
    );
  });

  it('never continues past a failure, never goes back while all pass, and gives a reason for anything else', () => {
    fc.assert(
      fc.property(checks, fc.nat(1500), (all, elapsedMs) => {
        const decision = decideGate(all, elapsedMs);
        const outcomes = all.map(({ assessment }) => assessment.outcome);
        if (outcomes.includes('fail')) expect(decision.kind).toBe('roll-back');
        if (outcomes.every((outcome) => outcome === 'pass'))
          expect(decision).toEqual({ kind: 'continue' });
        else expect(decision.why).toMatch(/^x: /);
      }),
    );
  });

  it('sticks to what it decided as time goes on with the same numbers', () => {
    fc.assert(
      fc.property(checks, fc.nat(1500), fc.nat(500), (all, elapsedMs, more) => {
        const { kind } = decideGate(all, elapsedMs);
        if (kind !== 'wait') expect(decideGate(all, elapsedMs + more).kind).toBe(kind);
      }),
    );
  });
});
