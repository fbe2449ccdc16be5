import type { RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteTaskDefinitions } from '../../../src/local/ecs/operations/delete-task-definitions.ts';
import { deregisterTaskDefinition } from '../../../src/local/ecs/operations/deregister-task-definition.ts';
import { describeTaskDefinition } from '../../../src/local/ecs/operations/describe-task-definition.ts';
import { expireTaskDefinitions } from '../../../src/local/ecs/expire-task-definitions.ts';
import { registerTaskDefinition } from '../../../src/local/ecs/operations/register-task-definition.ts';
import { freshContext, refusalOf, type FreshContext } from './fresh-context.ts';
import { SPOILS, validDefinition } from './task-definition-arbitrary.ts';

/** What a deployer sends after it read a definition: everything but what only answers have. */
function requestFrom(shown: TaskDefinition): RegisterTaskDefinitionRequest {
  const answerOnly = new Set([
    'taskDefinitionArn',
    'revision',
    'status',
    'requiresAttributes',
    'compatibilities',
    'registeredAt',
    'registeredBy',
  ]);
  const kept = Object.entries(shown).filter(([member]) => !answerOnly.has(member));
  // Through JSON, as a script would do it.
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as RegisterTaskDefinitionRequest;
}

function everythingIn({ store }: FreshContext): string {
  return JSON.stringify([
    [...store.taskDefinitions.values()],
    [...store.taskDefinitionFamilies.values()],
  ]);
}

describe('RegisterTaskDefinition, for any valid definition', () => {
  it('registers it, and registers what it then describes without changing it', () => {
    fc.assert(
      fc.property(validDefinition, (request) => {
        const context = freshContext();
        registerTaskDefinition(request, context);
        const first = describeTaskDefinition({ taskDefinition: request.family }, context);
        const second = registerTaskDefinition(requestFrom(first.taskDefinition ?? {}), context);
        expect({ ...second.taskDefinition, revision: 1, taskDefinitionArn: '' }).toEqual({
          ...first.taskDefinition,
          taskDefinitionArn: '',
        });
        expect(second.taskDefinition?.revision).toBe(2);
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(validDefinition, (request) => {
        const reversed = Object.fromEntries(
          Object.entries(request).reverse(),
        ) as unknown as RegisterTaskDefinitionRequest;
        expect(registerTaskDefinition(reversed, freshContext())).toEqual(
          registerTaskDefinition(request, freshContext()),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('lists only launch types that it would also let the definition require', () => {
    fc.assert(
      fc.property(validDefinition, (request) => {
        const context = freshContext();
        const { taskDefinition } = registerTaskDefinition(request, context);
        for (const compatibility of taskDefinition?.compatibilities ?? [])
          registerTaskDefinition({ ...request, requiresCompatibilities: [compatibility] }, context);
      }),
      { numRuns: 30 },
    );
  });

  it.each(Object.keys(SPOILS))('refuses it with %s and changes nothing', (spoil) => {
    fc.assert(
      fc.property(validDefinition, (request) => {
        const context = freshContext();
        registerTaskDefinition(request, context);
        const before = everythingIn(context);
        const { code, message } = refusalOf(() =>
          registerTaskDefinition(SPOILS[spoil]?.(request) ?? request, context),
        );
        expect(code).toMatch(/^(Client|InvalidParameter)Exception$/);
        expect(message).not.toBe('');
        expect(everythingIn(context)).toBe(before);
      }),
      { numRuns: 8 },
    );
  });
});

describe('revision numbers', () => {
  type Step = 'register' | 'deregister' | 'delete' | 'expire';

  it('are 1, 2, 3, … of each family and never repeat, whatever is deregistered and deleted', async () => {
    const steps = fc.array(
      fc.tuple(
        fc.constantFrom<Step>('register', 'register', 'deregister', 'delete', 'expire'),
        fc.constantFrom('web', 'api'),
        fc.nat(5),
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const context = freshContext();
        const given = new Map<string, number>();
        for (const [step, family, number] of script) {
          const reference = `${family}:${number + 1}`;
          switch (step) {
            case 'register': {
              const expected = (given.get(family) ?? 0) + 1;
              const { taskDefinition } = registerTaskDefinition(
                { family, containerDefinitions: [{ name: 'a', image: 'b', memory: 64 }] },
                context,
              );
              expect(taskDefinition?.revision).toBe(expected);
              given.set(family, expected);
              break;
            }
            case 'deregister': {
              const status = context.store.taskDefinitions.get(
                `arn:aws:ecs:eu-west-1:123456789012:task-definition/${reference}`,
              )?.status;
              if (status === 'ACTIVE' || status === 'INACTIVE')
                deregisterTaskDefinition({ taskDefinition: reference }, context);
              break;
            }
            case 'delete':
              deleteTaskDefinitions({ taskDefinitions: [reference] }, context);
              break;
            case 'expire':
              await context.clock.advance(3_600_000);
              expireTaskDefinitions(context);
              break;
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
