import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hookEvent,
  type HookEvent,
  type HookFacts,
  type StoredHook,
} from '../../../src/scheduler/traffic-shift/hook-event.ts';
import {
  LIFECYCLE_STAGES,
  type LifecycleStage,
} from '../../../src/scheduler/traffic-shift/lifecycle-stage.ts';

const GREEN = 'arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/web/2';
const BLUE = 'arn:aws:ecs:eu-west-1:123456789012:service-revision/shop/web/1';
const FACTS: HookFacts = {
  serviceDeploymentArn: 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/shop/web/x',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/web',
  greenRevisionArn: GREEN,
  blueRevisionArn: BLUE,
};
const HOOK: StoredHook = {
  ...{ index: 0, targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS', timeoutAction: 'ROLLBACK' },
  ...{ startedAt: 0, expiresAt: 1, hookId: 'ecs-lambda-1' },
  executionId: 'a635edb5-a66b-4f44-bf3f-fcee4b3641a5',
};

function event(
  stage: LifecycleStage,
  percents: { readonly production: number; readonly test: number },
  { facts = FACTS, hook = HOOK, back = false } = {},
): HookEvent {
  return hookEvent(
    hook,
    {
      ...{ greenId: 'g', blueId: 'b', stage, position: 0, enteredAt: 0, hooks: [hook] },
      course: back
        ? { direction: 'rollback', production: true, test: true }
        : { direction: 'forward', reconcile: false },
      ...{ productionPercent: percents.production, testPercent: percents.test },
    },
    facts,
  );
}

describe('what a function is told', () => {
  it('has the members that ECS gives it', () => {
    expect(event('PRODUCTION_TRAFFIC_SHIFT', { production: 100, test: 100 })).toStrictEqual({
      executionId: HOOK.executionId,
      lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
      resourceArn: FACTS.serviceDeploymentArn,
      executionDetails: {
        serviceArn: FACTS.serviceArn,
        targetServiceRevisionArn: GREEN,
        testTrafficWeights: {},
        productionTrafficWeights: { [GREEN]: 100, [BLUE]: 0 },
      },
    });
  });

  it('has the weights of test traffic while that shifts', () => {
    expect(
      event('TEST_TRAFFIC_SHIFT', { production: 0, test: 100 }).executionDetails,
    ).toMatchObject({
      testTrafficWeights: { [GREEN]: 100, [BLUE]: 0 },
      productionTrafficWeights: {},
    });
  });

  it('has the weights as they are before a shift of production traffic', () => {
    expect(
      event('PRE_PRODUCTION_TRAFFIC_SHIFT', { production: 12.5, test: 100 }).executionDetails,
    ).toMatchObject({
      testTrafficWeights: {},
      productionTrafficWeights: { [GREEN]: 12.5, [BLUE]: 87.5 },
    });
  });

  it('has all traffic on the former revision on the way back, and still the new one as target', () => {
    const { executionDetails } = event(
      'PRODUCTION_TRAFFIC_SHIFT',
      { production: 0, test: 100 },
      { back: true },
    );
    expect(executionDetails).toMatchObject({
      targetServiceRevisionArn: GREEN,
      productionTrafficWeights: { [GREEN]: 0, [BLUE]: 100 },
    });
  });

  it("has only the new revision's weight in a service's first deployment", () => {
    const { blueRevisionArn: _blue, ...facts } = FACTS;
    expect(
      event('PRODUCTION_TRAFFIC_SHIFT', { production: 100, test: 0 }, { facts }).executionDetails
        .productionTrafficWeights,
    ).toEqual({ [GREEN]: 100 });
  });

  it('has no weights at any other stage, and else weights of 100 in all', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LIFECYCLE_STAGES),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 1000 }),
        (stage, production, test) => {
          const { executionDetails } = event(stage, {
            production: production / 10,
            test: test / 10,
          });
          const { productionTrafficWeights, testTrafficWeights } = executionDetails;
          for (const [weights, stages, percent] of [
            [testTrafficWeights, ['TEST_TRAFFIC_SHIFT'], test / 10],
            [
              productionTrafficWeights,
              ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'],
              production / 10,
            ],
          ] as const) {
            if (!stages.some((each) => each === stage)) expect(weights).toEqual({});
            else {
              expect(weights[GREEN]).toBe(percent);
              expect((weights[GREEN] ?? 0) + (weights[BLUE] ?? 0)).toBe(100);
              expect(JSON.stringify(weights)).not.toMatch(/\.\d\d/);
            }
          }
        },
      ),
    );
  });
});

describe('the details that a function is told', () => {
  const details = (configured: unknown, answered?: Record<string, unknown>): unknown =>
    event(
      'POST_SCALE_UP',
      { production: 0, test: 0 },
      {
        facts: { ...FACTS, ...(configured === undefined ? {} : { configuredDetails: configured }) },
        hook: { ...HOOK, ...(answered === undefined ? {} : { details: answered }) },
      },
    ).hookDetails;

  it.each([
    ['nothing', undefined, undefined, undefined],
    ['nothing, when it has answered none', undefined, {}, undefined],
    ['those of the configuration', { bucket: 'b' }, undefined, { bucket: 'b' }],
    ['what it has answered', undefined, { tries: 1 }, { tries: 1 }],
    ['both', { bucket: 'b' }, { tries: 1 }, { bucket: 'b', tries: 1 }],
    ['its own over those of the configuration', { a: 1, b: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['a configured text, as it is', 'x', {}, 'x'],
    ['its own in place of a configured text', 'x', { a: 1 }, { a: 1 }],
    ['its own in place of a configured list', ['x'], { a: 1 }, { a: 1 }],
    ['its own in place of a configured null', null, { a: 1 }, { a: 1 }],
  ])('are %s', (_name, configured, answered, told) => {
    expect(details(configured, answered)).toEqual(told);
  });
});
