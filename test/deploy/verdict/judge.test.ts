import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/deploy/verdict/judge.ts';
import { isTerminal } from '../../../src/deploy/observed/rollout.ts';
import type { Observation } from '../../../src/deploy/observed/observation.ts';
import { exitCodeOf } from '../../../src/record/verdict.ts';
import {
  anyObservation,
  deployment,
  observation,
  OLD,
  oldDeployment,
  OUR_REVISION,
  rollout,
  TARGET_WEB7,
} from '../watch/observations.ts';

const verdictOf = (seen: Observation): string | undefined => judge(seen, TARGET_WEB7)?.verdict;

describe('judge', () => {
  it('says succeeded only when the service deployment of our revision is SUCCESSFUL with our task definition', () => {
    fc.assert(
      fc.property(anyObservation, (seen) => {
        if (verdictOf(seen) !== 'succeeded') return;
        expect(seen.rollout?.status).toBe('SUCCESSFUL');
        expect(seen.rollout?.targetRevision).toBe(OUR_REVISION);
        expect(seen.service.status).toBe('ACTIVE');
        const ours = seen.service.deployments.find((each) => each.id === TARGET_WEB7.deploymentId);
        expect(ours?.taskDefinition ?? TARGET_WEB7.taskDefinition).toBe(TARGET_WEB7.taskDefinition);
      }),
      { numRuns: 2000 },
    );
  });

  it('always ends: a terminal service deployment, or the timeout, gives a verdict', () => {
    fc.assert(
      fc.property(anyObservation, (seen) => {
        const over = seen.elapsedMs >= TARGET_WEB7.timeoutMs;
        const terminal = seen.rollout !== undefined && isTerminal(seen.rollout.status);
        if (over || terminal) expect(verdictOf(seen)).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('has exit code 0 for nothing but a success, and a reason for everything else', () => {
    fc.assert(
      fc.property(anyObservation, (seen) => {
        const judgement = judge(seen, TARGET_WEB7);
        if (judgement === undefined) return;
        expect(exitCodeOf(judgement.verdict) === 0).toBe(judgement.verdict === 'succeeded');
        expect(judgement.reason === undefined).toBe(judgement.verdict === 'succeeded');
      }),
    );
  });

  it('never judges by a stable look alone', () => {
    const stable = observation({
      rollout: undefined,
      service: { deployments: [deployment({ running: 4, rolloutState: 'COMPLETED' })], running: 4 },
    });
    expect(verdictOf(stable)).toBeUndefined();
  });

  it('tells a rollback from a success although the service is stable again', () => {
    const stable = { deployments: [oldDeployment({ status: 'PRIMARY' })] };
    expect(
      verdictOf(
        observation({ service: stable, rollout: rollout({ status: 'ROLLBACK_SUCCESSFUL' }) }),
      ),
    ).toBe('rolled-back');
    expect(
      verdictOf(
        observation({ service: stable, rollout: rollout({ status: 'ROLLBACK_IN_PROGRESS' }) }),
      ),
    ).toBeUndefined();
    expect(
      verdictOf(observation({ service: stable, rollout: rollout({ status: 'ROLLBACK_FAILED' }) })),
    ).toBe('failed');
  });

  it('a success of another revision, or with another task definition, is an error', () => {
    const successful = rollout({ status: 'SUCCESSFUL' });
    expect(verdictOf(observation({ rollout: { ...successful, targetRevision: 'another' } }))).toBe(
      'error',
    );
    expect(
      verdictOf(
        observation({
          rollout: successful,
          service: { deployments: [deployment({ taskDefinition: OLD })] },
        }),
      ),
    ).toBe('error');
  });

  it('superseded: a newer service deployment took over, whether ours is stopped yet or not', () => {
    const successor = { arn: 'arn:other', targetRevision: 'other' };
    for (const status of ['PENDING', 'IN_PROGRESS', 'STOPPED'] as const) {
      expect(verdictOf(observation({ successor, rollout: rollout({ status }) }))).toBe(
        'superseded',
      );
    }
    expect(verdictOf(observation({ successor, rollout: rollout({ status: 'SUCCESSFUL' }) }))).toBe(
      'succeeded',
    );
    expect(verdictOf(observation({ successor, rollout: undefined }))).toBe('superseded');
  });

  it('stopped: somebody ended it and nothing took over', () => {
    expect(verdictOf(observation({ rollout: rollout({ status: 'STOPPED' }) }))).toBe('stopped');
    expect(verdictOf(observation({ service: { status: 'DRAINING' } }))).toBe('stopped');
  });

  it('failed: the breaker gave up and no rollback is configured; with one it waits for its end', () => {
    const service = {
      deployments: [
        deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' }),
      ],
    };
    expect(judge(observation({ service }), TARGET_WEB7)).toStrictEqual({
      verdict: 'failed',
      reason: 'tasks failed to start.',
    });
    expect(
      verdictOf(observation({ service, rollout: rollout({ rollsBackByItself: true }) })),
    ).toBeUndefined();
    expect(verdictOf(observation({ service, rollout: rollout({ status: 'STOPPED' }) }))).toBe(
      'failed',
    );
  });

  it('paused: a pause hook waits', () => {
    const seen = observation({
      rollout: rollout({
        waitingHooks: [{ id: 'ecs-pause-x', expiresAt: undefined }],
        lifecycleStage: 'POST_SCALE_UP',
      }),
    });
    expect(judge(seen, TARGET_WEB7)).toStrictEqual({
      verdict: 'paused',
      reason: 'the rollout waits at POST_SCALE_UP for ecs-pause-x',
    });
  });

  it('timed-out: it says whether the rollout or its rollback still runs', () => {
    const late = { elapsedMs: 900_000 };
    expect(judge(observation(late), TARGET_WEB7)?.reason).toBe(
      'the rollout still runs after 15m 00s',
    );
    expect(
      judge(
        observation({ ...late, rollout: rollout({ status: 'ROLLBACK_IN_PROGRESS' }) }),
        TARGET_WEB7,
      )?.reason,
    ).toBe('the rollback still runs after 15m 00s');
  });
});
