import * as sdk from '@aws-sdk/client-ecs';
import { expect, it } from 'vitest';
import { definitionHandlers } from '../../../src/local/ecs/handlers-definitions.ts';

it('every handler is filed under the name of an operation of the API', () => {
  const commands = Object.keys(sdk).filter((name) => name.endsWith('Command'));
  for (const [name, handler] of Object.entries(definitionHandlers)) {
    expect(commands).toContain(`${name}Command`);
    expect(handler.name.toLowerCase()).toBe(name.toLowerCase());
  }
});
