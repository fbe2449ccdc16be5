/** `strategy` as it is written. */
import type { z } from 'zod';
import { parseArn } from '../../base/arn.ts';
import { choice, duration, list, mapping, percent, text } from '../../base/configuration/fields.ts';
import type { StrategyWish } from './configuration.ts';

/** The strategies. */
export const STRATEGY_TYPES = ['rolling', 'blue_green', 'canary', 'linear'] as const;

const listenerOrRule = (): z.ZodType<string> =>
  loadBalancingArn(
    'the ARN of a listener rule, or of a listener for its default rule',
    /^listener(?:-rule)?\//,
  );

/** Its members. */
export const strategyShape = {
  type: choice(STRATEGY_TYPES).describe('How tasks and traffic come to the new version.'),
  steps: list('a list of percentages, such as [20%]', percent(), 1)
    .describe(
      "Production traffic on the new version. canary: one step; linear: one step size; several unequal steps need a service under the EXTERNAL controller. By default ECS's own: canary 5%, linear 10%.",
    )
    .optional(),
  step_bake: duration('zero').describe('How long each step lasts, such as 5m.').optional(),
  final_bake: duration('zero')
    .describe('How long both versions are kept after the last shift, such as 10m.')
    .optional(),
  on_client_loss: choice(['rollback'])
    .describe('ECS rolls back by itself when Fairlead is gone. Not with rolling.')
    .optional(),
  productionListenerRule: listenerOrRule()
    .describe(
      'For EXTERNAL services: what carries production traffic, where it cannot be found out.',
    )
    .optional(),
  testListenerRule: listenerOrRule()
    .describe('For EXTERNAL services: what carries test traffic.')
    .optional(),
  alternateTargetGroupArn: loadBalancingArn('the ARN of a target group', /^targetgroup\//)
    .describe('For EXTERNAL services: the target group that the new version takes.')
    .optional(),
};

/** `strategy`. */
export const strategySchema: z.ZodType<StrategyWish> = mapping(
  'a mapping with the key type, such as { type: canary, steps: [20%] }',
  strategyShape,
).transform((wish) => ({
  type: wish.type,
  steps: wish.steps ?? [],
  stepBakeMs: wish.step_bake,
  finalBakeMs: wish.final_bake,
  onClientLoss: wish.on_client_loss,
  traffic: {
    productionListenerRule: wish.productionListenerRule,
    testListenerRule: wish.testListenerRule,
    alternateTargetGroupArn: wish.alternateTargetGroupArn,
  },
}));

function loadBalancingArn(right: string, resource: RegExp): z.ZodType<string> {
  return text(right, (value) => {
    const arn = parseArn(value);
    return arn?.service === 'elasticloadbalancing' && resource.test(arn.resource);
  });
}
