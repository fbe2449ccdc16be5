import { describe, expect, it } from 'vitest';
import {
  exitCodeOfParser,
  helpHint,
  isUsageError,
  withoutHelpCommand,
} from '../../src/cli/usage-errors.ts';

describe('exitCodeOfParser', () => {
  it('is 2 for a command or an option that cannot be read', () => {
    expect(exitCodeOfParser(-4)).toBe(2);
    expect(exitCodeOfParser(-5)).toBe(2);
  });

  it('is 1 where the fault is not that of the user', () => {
    for (const code of [-1, -2, -3, -10]) {
      expect(isUsageError(code)).toBe(false);
      expect(exitCodeOfParser(code)).toBe(1);
    }
  });

  it('leaves the exit codes of commands as they are', () => {
    for (const code of [0, 1, 2, 5, 130]) expect(exitCodeOfParser(code)).toBe(code);
  });
});

describe('withoutHelpCommand', () => {
  it('takes help and version as other tools do', () => {
    expect(withoutHelpCommand(['help'])).toEqual(['--help']);
    expect(withoutHelpCommand(['help', 'local', 'up'])).toEqual(['local', 'up', '--help']);
    expect(withoutHelpCommand(['version'])).toEqual(['--version']);
    expect(withoutHelpCommand(['deploy', 'help'])).toEqual(['deploy', 'help']);
  });
});

describe('helpHint', () => {
  const commands = new Set(['deploy', 'local', 'local up']);

  it('names the command that was meant, as far as it is known', () => {
    expect(helpHint(['deploy', '--x'], commands)).toBe('See: fairlead deploy --help');
    expect(helpHint(['local', 'up', '--x'], commands)).toBe('See: fairlead local up --help');
    expect(helpHint(['local', 'upp'], commands)).toBe('See: fairlead local --help');
    expect(helpHint(['deply'], commands)).toBe('See: fairlead --help');
    expect(helpHint(['--x'], commands)).toBe('See: fairlead --help');
  });
});
