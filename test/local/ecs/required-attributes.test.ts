import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  INSTANCE_CAPABILITIES,
  requiredAttributes,
} from '../../../src/local/ecs/required-attributes.ts';
import { validDefinition } from './task-definition-arbitrary.ts';

it('the container instance has every attribute that any definition needs', () => {
  fc.assert(
    fc.property(validDefinition, (definition) => {
      for (const name of requiredAttributes(definition))
        expect(INSTANCE_CAPABILITIES).toContain(name);
    }),
    { numRuns: 50 },
  );
});

it('each attribute is required once, however many containers need it', () => {
  const app = { image: 'busybox', stopTimeout: 5 };
  expect(
    requiredAttributes({
      family: 'web',
      containerDefinitions: [
        { ...app, name: 'a' },
        { ...app, name: 'b' },
      ],
    }),
  ).toEqual(['ecs.capability.container-ordering']);
});
