import { expect, it } from 'vitest';
import { suggestion } from '../../../src/base/configuration/suggestion.ts';

it.each([
  ['comand', 'command'],
  ['commands', 'command'],
  ['CWD', 'cwd'],
  ['healthcheck', 'healthCheck'],
  ['env', undefined],
  ['cd', 'cwd'],
  ['max', undefined],
  ['volumes', undefined],
])('%s: %s', (mistyped, meant) => {
  expect(suggestion(mistyped, ['command', 'cwd', 'environment', 'healthCheck'])).toBe(meant);
});
