import { buildCommand } from '@stricli/core';
import { describe, expect, it } from 'vitest';
import { deployCommand } from '../../src/cli/deploy-command.ts';
import { helpGroupOf } from '../../src/cli/help-groups.ts';
import { commandHelp, type DescribedCommand, type HelpLook } from '../../src/cli/help.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { COMMANDS } from '../docs/commands.ts';

const commands = Object.entries(COMMANDS);

const look: HelpLook = { width: 100, heading: (text) => text };
const linesOf = (command: DescribedCommand, width = 100): readonly string[] =>
  commandHelp(command, ['fairlead', 'it'], { ...look, width }).split('\n');

describe('the help of a command', () => {
  it.each(commands)('fits a screen of 100 columns and 42 rows: %s', (_, command) => {
    const lines = linesOf(command);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(42);
  });

  it.each(commands)('fits 80 columns and 45 rows: %s', (_, command) => {
    const lines = linesOf(command, 80);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(45);
  });

  it.each(commands)('names every option: %s', (_, command) => {
    const help = commandHelp(command, ['fairlead', 'it'], look);
    for (const name of Object.keys(command.parameters.flags ?? {})) {
      const typed = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(help).toMatch(new RegExp(`^  --(\\[no-\\])?${typed}( |$)`, 'm'));
    }
  });

  const timed = commands.filter(([, { parameters }]) => 'timeout' in (parameters.flags ?? {}));
  it.each(timed)('says what units --timeout takes: %s', (_, command) => {
    const help = commandHelp(command, ['fairlead', 'it'], look).replaceAll(/\s+/g, ' ');
    expect(help).toMatch(/--timeout TIME [^-]*\b(?:15m|2h)\b[^-]*; a bare number is seconds/);
  });

  it('puts every option of deploy into a group', () => {
    const names = Object.keys(deployCommand.parameters.flags ?? {});
    expect(names.filter((name) => helpGroupOf(name) === 'OPTIONS')).toEqual([]);
  });

  it('uses the columns that there are, down to 60, and never more than 100', () => {
    expect(Math.max(...linesOf(deployCommand, 80).map((line) => line.length))).toBeLessThan(81);
    expect(linesOf(deployCommand, 20)).toEqual(linesOf(deployCommand, 60));
    expect(linesOf(deployCommand, 300)).toEqual(linesOf(deployCommand, 100));
  });

  it('says what is required, what may be given several times, and what holds by default', () => {
    interface Flags {
      readonly from: string;
      readonly part?: readonly string[];
      readonly form: 'text' | 'json';
      readonly mind: boolean;
      readonly force: boolean;
    }
    const command = buildCommand<Flags, [string, string?]>({
      func: () => undefined,
      parameters: {
        flags: {
          from: { kind: 'parsed', parse: String, brief: 'Begin here', placeholder: 'place' },
          part: {
            kind: 'parsed',
            parse: String,
            brief: 'Only this',
            optional: true,
            variadic: true,
          },
          form: { kind: 'enum', values: ['text', 'json'], brief: 'Form', default: 'text' },
          mind: { kind: 'boolean', brief: 'Mind it', default: true },
          force: { kind: 'boolean', brief: 'Do it anyway', default: false },
        },
        positional: {
          kind: 'tuple',
          parameters: [
            { parse: String, brief: 'What to take', placeholder: 'task' },
            { parse: String, brief: 'Its name', placeholder: 'name', optional: true },
          ],
        },
      },
      docs: { brief: 'Try it', fullDescription: 'Tries it.\n\nAnd again.' },
    });
    expect(commandHelp(command, ['fairlead', 'local', 'try'], look)).toBe(
      [
        'USAGE  fairlead local try --from PLACE [options] TASK [NAME]',
        '',
        'Tries it.',
        '',
        'And again.',
        '',
        'ARGUMENTS',
        '  TASK              What to take',
        '  NAME              Its name',
        'OPTIONS',
        '  --from PLACE      Begin here (required)',
        '  --part VALUE...   Only this',
        '  --form text|json  Form (default text)',
        '  --[no-]mind       Mind it (default yes)',
        '  --force           Do it anyway',
        '',
      ].join('\n'),
    );
  });

  it('shows how a program is given', () => {
    expect(linesOf(runCommand)[0]).toBe('USAGE  fairlead it [options] [-- COMMAND...]');
  });
});
